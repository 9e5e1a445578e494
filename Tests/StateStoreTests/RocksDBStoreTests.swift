// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import StateStore

/// What only a store on disk can do, or fail at.
@Suite struct RocksDBStoreTests {
    @Test(arguments: [true, false])
    func `rows survive closing`(_ log: Bool) throws {
        try withFolder { folder in
            let settings = RocksDBSettings.small(folder + "/deep/er/store", log: log)
            let store = try RocksDBStore(settings)
            try store.put([("a", "1")], sync: true)
            try store.close()
            let again = try RocksDBStore(settings)
            #expect(try again.text("a") == "1")
            try again.close()
        }
    }

    @Test func `synced rows survive the death of the process`() throws {
        try withFolder { folder in
            let store = try RocksDBStore(.small(folder + "/store"))
            try store.put([("a", "1")], sync: true)
            // What a killed process leaves: its files as they are, without a close.
            try FileManager.default.copyItem(atPath: folder + "/store", toPath: folder + "/copy")
            let copy = try RocksDBStore(.small(folder + "/copy"))
            #expect(try copy.text("a") == "1")
            try copy.close()
            try store.close()
        }
    }

    @Test func `a record cut short at the end of the log is dropped, the rest stands`() throws {
        try withFolder { folder in
            let store = try RocksDBStore(.small(folder + "/store"))
            try store.put([("a", "1")], sync: true)
            try store.put([("b", String(repeating: "2", count: 1000))], sync: true)
            try FileManager.default.copyItem(atPath: folder + "/store", toPath: folder + "/copy")
            try store.close()
            let log = try #require(files(folder + "/copy", ".log").first)
            let whole = try Data(contentsOf: URL(filePath: log))
            try whole.prefix(whole.count - 100).write(to: URL(filePath: log))
            let copy = try RocksDBStore(.small(folder + "/copy"))
            #expect(try copy.text("a") == "1")
            #expect(try copy.text("b") == nil)
            try copy.close()
        }
    }

    @Test func `a damaged log is refused, not skipped`() throws {
        try withFolder { folder in
            let store = try RocksDBStore(.small(folder + "/store"))
            for round in 0..<100 { try store.put([("k\(round)", String(repeating: "v", count: 200))], sync: true) }
            try FileManager.default.copyItem(atPath: folder + "/store", toPath: folder + "/copy")
            try store.close()
            try damage(#require(files(folder + "/copy", ".log").first))
            let error = #expect(throws: StateStoreError.self) { try RocksDBStore(.small(folder + "/copy")) }
            #expect(error?.code == .corrupt)
        }
    }

    @Test func `a damaged table is an error that says what to do`() throws {
        try withFolder { folder in
            let settings = RocksDBSettings.small(folder + "/store")
            let store = try RocksDBStore(settings)
            try store.put((0..<2000).map { ("k\($0)", "\($0 &* 7_919)") })
            try store.close()
            try damage(#require(files(settings.path, ".sst").first))
            let error = #expect(throws: StateStoreError.self) {
                let again = try RocksDBStore(settings)
                _ = try again.keys("k")
            }
            #expect(error?.code == .corrupt)
            #expect(error?.isRetriable == false)
            #expect(error?.message.contains(settings.path) == true)
            #expect(error?.message.contains("restore the folder") == true)
        }
    }

    @Test func `a store without its files is an error, not an empty store`() throws {
        try withFolder { folder in
            let settings = RocksDBSettings.small(folder + "/store")
            let store = try RocksDBStore(settings)
            try store.put([("a", "1")])
            try store.close()
            for file in try files(settings.path, ".sst") { try FileManager.default.removeItem(atPath: file) }
            let error = #expect(throws: StateStoreError.self) { try RocksDBStore(settings) }
            #expect(error?.code == .corrupt)
        }
    }

    @Test func `a store that another has open is locked, and free again after it`() throws {
        try withFolder { folder in
            let settings = RocksDBSettings.small(folder + "/store")
            let store = try RocksDBStore(settings)
            let error = #expect(throws: StateStoreError.self) { try RocksDBStore(settings) }
            #expect(error?.code == .locked)
            #expect(error?.isRetriable == true)
            #expect(error?.message.contains("Another process") == true)
            try store.close()
            try RocksDBStore(settings).close()
        }
    }

    @Test func `settings out of range are refused by name`() throws {
        let wrong = [
            RocksDBSettings(path: ""),
            RocksDBSettings(path: "x", writeBufferBytes: 1),
            RocksDBSettings(path: "x", blockCacheBytes: -1),
            RocksDBSettings(path: "x", openFilesMax: 0),
            RocksDBSettings(path: "x", backgroundJobs: 0),
        ]
        for settings in wrong {
            let error = #expect(throws: StateStoreError.self) { try RocksDBStore(settings) }
            #expect(error?.code == .invalid)
        }
    }

    @Test func `a store that must be there and is not is refused`() throws {
        try withFolder { folder in
            var settings = RocksDBSettings.small(folder + "/none")
            settings.createIfMissing = false
            let error = #expect(throws: StateStoreError.self) { try RocksDBStore(settings) }
            #expect(error?.code == .invalid)
        }
    }

    @Test func `a folder that cannot be made is an error`() throws {
        try withFolder { folder in
            try Data("a file".utf8).write(to: URL(filePath: folder + "/file"))
            let error = #expect(throws: StateStoreError.self) { try RocksDBStore(.small(folder + "/file/store")) }
            #expect(error?.code == .io)
        }
    }

    @Test(arguments: RocksDBSettings.Compression.allCases)
    func `every compression can be read under another`(_ compression: RocksDBSettings.Compression) throws {
        try withFolder { folder in
            var settings = RocksDBSettings.small(folder + "/store")
            settings.compression = compression
            let store = try RocksDBStore(settings)
            try store.put((0..<3000).map { ("k\($0)", String(repeating: "v\($0)", count: 20)) })
            try store.compact()
            try store.close()
            settings.compression = .none
            let again = try RocksDBStore(settings)
            #expect(try again.keys("k").count == 3000)
            try again.close()
        }
    }

    private func files(_ folder: String, _ suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(suffix) }.map {
            folder + "/" + $0
        }
    }

    /// Flips bytes near the start of a file.
    private func damage(_ file: String) throws {
        var data = try Data(contentsOf: URL(filePath: file))
        for index in 100..<140 { data[index] ^= 0xFF }
        try data.write(to: URL(filePath: file))
    }
}
