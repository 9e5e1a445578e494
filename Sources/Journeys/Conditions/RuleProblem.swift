// SPDX-License-Identifier: Apache-2.0

/// The files that rules come from.
public enum RuleFile: Sendable, Hashable {
    /// One of the models, by its place among them and its name.
    case model(Int, name: String)
    case conditions, alerts, mood
    /// The settings of the rest of the configuration.
    case settings

    /// What stands before the paths in it, for people.
    var name: String {
        switch self {
        case .model(_, let name): "\(name)."
        case .alerts: "alerts."
        case .mood: "mood."
        case .conditions, .settings: ""
        }
    }
}

/// Something wrong in models, rules or scores.
public struct RuleProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where it is.
    public var file: RuleFile
    /// Where in it: `stages[2].regress[0].to`.
    public var path: String
    /// What was found and what was expected, for people.
    public var message: String

    public init(file: RuleFile, path: String, message: String) {
        self.file = file
        self.path = path
        self.message = message
    }

    public var description: String { "\(file.name)\(path): \(message)" }
}

/// All that is wrong, in the order of the files.
public struct InvalidRules: Error, Sendable, Equatable, CustomStringConvertible {
    public var problems: [RuleProblem]

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Finds what was probably meant.
enum Spelling {
    /// `; did you mean “…”?`, when a known name is near.
    static func hint(_ name: String, _ known: [String]) -> String {
        let near = Set(known).map { (distance(name, $0), $0) }.min { $0 < $1 }
        guard let near, near.0 <= max(2, name.count / 3) else { return "" }
        return "; did you mean “\(near.1)”?"
    }

    private static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let above = row[j + 1]
                row[j + 1] = min(diagonal + (a[i] == b[j] ? 0 : 1), above + 1, row[j] + 1)
                diagonal = above
            }
        }
        return row[b.count]
    }
}
