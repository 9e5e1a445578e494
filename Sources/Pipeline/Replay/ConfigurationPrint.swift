// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Digests
internal import Foundation

/// What a replay's results depend on beside its sources: each part by name, with its keyed hash, so that a change can be
/// told and named, and nothing be read from it.
enum ConfigurationPrint {
    /// Settings that change no result.
    private static let idle = ["CONFIG", "INSTANCE", "DATA", "ROLES", "LOG", "HTTP", "TEST_KAFKA", "SHARED", "BINARY"]

    /// - Parameter settings: the environment.
    static func of(_ configuration: TabijiConfiguration, settings: [String: String]) -> [String: String] {
        let hasher = IdentifierHasher(key: configuration.identifierKey)
        var parts = ["the program": hasher.hash("version \(Tabiji.version)").hex]
        parts["privacy.key"] = hasher.hash("the key itself").hex
        let folder = URL(fileURLWithPath: configuration.directory, isDirectory: true)
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        for name in names.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasPrefix("mood/") {
            guard let data = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path) else {
                continue
            }
            parts[name] = hasher.hash("\(name)/\(SHA256.hash128([UInt8](data)).hex)").hex
        }
        for (name, value) in settings where name.hasPrefix("TABIJI_") && name != "TABIJI_IDENTIFIER_KEY" {
            let rest = name.dropFirst(7)
            if idle.contains(where: { rest == $0 || rest.hasPrefix("\($0)_") }) { continue }
            parts[name] = hasher.hash("\(name)/\(value)").hex
        }
        return parts
    }
}
