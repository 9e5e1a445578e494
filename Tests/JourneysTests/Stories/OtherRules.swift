// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Testing

/// What ships, with changes in its files.
enum OtherRules {
    /// A text of a file and what stands in its place; nil: the file is gone.
    struct Change {
        var file: String
        var text = ""
        var other: String?

        static func without(_ file: String) -> Change { Change(file: file) }
    }

    static func configuration(_ changes: [Change]) throws -> TabijiConfiguration {
        let shipped = URL(fileURLWithPath: try TabijiConfiguration.shipped().directory)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rules-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: shipped, to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        for change in changes {
            let file = folder.appendingPathComponent(change.file)
            guard let other = change.other else {
                try FileManager.default.removeItem(at: file)
                continue
            }
            let text = try String(contentsOf: file, encoding: .utf8)
            try #require(text.contains(change.text), "\(change.file) has no “\(change.text)”")
            try text.replacing(change.text, with: other).write(to: file, atomically: true, encoding: .utf8)
        }
        return try TabijiConfiguration.load(
            directory: folder.path,
            environment: ["TABIJI_IDENTIFIER_KEY": "tabiji"]
        )
    }
}
