// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import StateStore

@testable import Pipeline

/// A temporary folder with a file of records, replayed to another folder by the whole of `tabiji replay`.
struct ReplayBench {
    let folder: URL
    let configuration: TabijiConfiguration
    /// 2026-08-01: after all that the fixtures tell.
    static let nowMs: Int64 = 1_785_542_400_000

    /// What one replay gave.
    struct Outcome {
        var summary: ReplaySummary
        /// Bytes by file name, without its extension.
        var files: [String: Data]

        func lines(_ name: String) -> [[String: Any]] {
            (files[name] ?? Data()).split(separator: 10).compactMap {
                (try? JSONSerialization.jsonObject(with: Data($0))) as? [String: Any]
            }
        }
    }

    static let compared = ["transitions", "alerts", "profiles", "timeline"]

    init() throws {
        configuration = try TabijiConfiguration.shipped()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "replay-\(UUID().uuidString)",
            isDirectory: true
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Writes records to a file, one a line.
    func file(_ name: String, _ records: [[UInt8]]) throws -> String {
        let url = folder.appendingPathComponent(name)
        try Data(records.joined(separator: [10])).write(to: url)
        return url.path
    }

    func run(_ words: String..., change: (inout ReplayOptions) -> Void = { _ in }) throws -> Outcome {
        let to = folder.appendingPathComponent("out-\(UUID().uuidString)")
        var options = ReplayOptions(sources: words.map { ReplayOptions.source($0) }, sink: .folder(to.path))
        change(&options)
        let summary = try ReplayRun.run(configuration, options, nowMs: Self.nowMs) { _ in }
        var files: [String: Data] = [:]
        for name in Self.compared + ["identity", "deadletter"] {
            files[name] = try Data(contentsOf: to.appendingPathComponent("\(name).ndjson"))
        }
        return Outcome(summary: summary, files: files)
    }

    func run(_ records: [[UInt8]], change: (inout ReplayOptions) -> Void = { _ in }) throws -> Outcome {
        try run(file("in-\(UUID().uuidString).ndjson", records), change: change)
    }
}

extension ReplaySummary {
    /// Every record that was read is accounted for.
    var addsUp: Bool {
        read == accepted + control + duplicates + forgotten + deadletters
            && deadlettersByReason.values.reduce(0, +) == deadletters
    }
}
