// SPDX-License-Identifier: Apache-2.0
import Foundation
import Touchpoints
import YAML

/// Files of the repository.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func yaml(_ path: String) throws -> Value {
        Value(try YAMLDocument(parsing: text(path), source: path).root)
    }
}
