// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import StateStore

/// Every C handle is freed, on every path, and not before its last user is gone.
@Suite struct HandleBalanceTests {
    private struct Refused: Error {}

    @Test func `nothing is left after work, early exits and errors`() throws {
        let ledger = HandleLedger()
        try withFolder { folder in
            let store = try RocksDBStore(.small(folder + "/store"), ledger: ledger)
            try store.put([("a", "1"), ("b", "2")])
            _ = try store.get(bytes("a"))
            _ = try? store.read(bytes("a")) { _ in throw Refused() }
            _ = try store.keys("", limit: 1)
            try? store.scan(prefix: []) { _, _ in throw Refused() }
            var batch = WriteBatch()
            batch.deletePrefix([])
            try store.write(batch, sync: true)
            try store.checkpoint(to: folder + "/copy")
            try store.close()
        }
        for kind in HandleLedger.Kind.allCases where kind != .errorText {
            #expect(ledger.made(kind) > 0, "\(kind) was never made: the test shows nothing about it")
            #expect(ledger.alive(kind) == 0, "\(kind) was not freed")
        }
    }

    @Test func `nothing is left after a failed opening`() throws {
        let ledger = HandleLedger()
        try withFolder { folder in
            let store = try RocksDBStore(.small(folder + "/store"))
            #expect(throws: StateStoreError.self) { try RocksDBStore(.small(folder + "/store"), ledger: ledger) }
            try store.close()
        }
        #expect(ledger.made(.errorText) == 1)
        for kind in HandleLedger.Kind.allCases { #expect(ledger.alive(kind) == 0, "\(kind) was not freed") }
    }

    @Test func `a store that is dropped without closing is closed`() throws {
        let ledger = HandleLedger()
        try withFolder { folder in
            var store: RocksDBStore? = try RocksDBStore(.small(folder + "/store"), ledger: ledger)
            try store?.put([("a", "1")])
            store = nil
            #expect(ledger.alive(.database) == 0)
            let again = try RocksDBStore(.small(folder + "/store"))
            #expect(try again.text("a") == "1")
            try again.close()
        }
    }
}
