// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import YAML

/// A hash of what files say, with the environment's settings in place of theirs: the same on every machine, and whatever the
/// comments, spaces and folder. The order of a file counts.
struct RulesPrint {
    private var byName: [String: Hash128] = [:]

    mutating func note(_ name: String, _ root: YAMLNode) {
        var sha = SHA256()
        Self.feed(root, &sha)
        byName[name] = sha.hash128()
    }

    /// A file that is no YAML, as it is.
    mutating func note(_ name: String, _ bytes: [UInt8]) { byName[name] = SHA256.hash128(bytes) }

    /// What stage models, conditions, alert rules, moods and the vocabulary come to.
    var ofJourneys: Hash128 {
        var sha = SHA256()
        for (name, print) in byName.sorted(by: { $0.key < $1.key }) where Self.isOfJourneys(name) {
            sha.update("\(name)\n\(print.hex)\n")
        }
        return sha.hash128()
    }

    private static func isOfJourneys(_ name: String) -> Bool {
        name.hasPrefix("journeys/") || name.hasPrefix("mood/") || ["alerts.yaml", "vocabulary.yaml"].contains(name)
    }

    /// Each value with its length before it, so that no two trees read alike.
    private static func feed(_ node: YAMLNode, _ sha: inout SHA256) {
        switch node.content {
        case .scalar(let scalar): sha.update("\(scalar.isPlain ? "p" : "q")\(scalar.text.utf8.count) \(scalar.text)")
        case .sequence(let elements):
            sha.update("s\(elements.count) ")
            for element in elements { feed(element, &sha) }
        case .mapping(let entries):
            sha.update("m\(entries.count) ")
            for entry in entries {
                sha.update("\(entry.key.utf8.count) \(entry.key)")
                feed(entry.value, &sha)
            }
        }
    }
}
