// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation

/// The repository's root.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// The text of a file of the repository.
func repositoryText(_ path: String) throws -> String {
    try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
}

/// A configuration folder with texts in place of the shipped ones, removed at the end.
final class ScratchFolder {
    let url: URL

    init(tabiji: String = "", identity: String? = nil, vocabulary: String? = nil) throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("tabiji-configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try write("tabiji.yaml", tabiji)
        try write("identity.yaml", try identity ?? repositoryText("config/identity.yaml"))
        try write("vocabulary.yaml", try vocabulary ?? repositoryText("config/vocabulary.yaml"))
        for name in ["journeys", "alerts.yaml", "mood"] {
            let shipped = repository.appendingPathComponent("config/\(name)")
            try FileManager.default.copyItem(at: shipped, to: url.appendingPathComponent(name))
        }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ name: String, _ text: String) throws {
        try text.write(to: url.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    func load(_ environment: [String: String] = [:]) throws -> TabijiConfiguration {
        try TabijiConfiguration.load(directory: url.path, environment: Self.keyed(environment))
    }

    /// The mistakes, without the folder's path.
    func mistakes(_ environment: [String: String] = [:]) -> [String] {
        TabijiConfiguration.check(directory: url.path, environment: Self.keyed(environment))
            .map { $0.description.replacingOccurrences(of: url.path + "/", with: "") }
    }

    private static func keyed(_ environment: [String: String]) -> [String: String] {
        environment.merging(["TABIJI_IDENTIFIER_KEY": "tabiji"]) { own, _ in own }
    }
}
