// SPDX-License-Identifier: Apache-2.0
internal import YAML

/// What the user typed after a command's name.
package struct Arguments {
    fileprivate var values: [String: [String]] = [:]
    fileprivate var flags: Set<String> = []
    package fileprivate(set) var positionals: [String] = []

    package func has(_ flag: String) -> Bool { flags.contains(flag) }
    package func all(_ name: String) -> [String] { values[name] ?? [] }
    package func one(_ name: String) -> String? { values[name]?.last }

    /// A whole number from `least` to `most`.
    package func number(_ name: String, least: Int = 0, most: Int = .max) throws(UsageError) -> Int? {
        guard let text = one(name) else { return nil }
        guard let number = Int(text), number >= least, number <= most else {
            let end = most == .max ? "on" : "to \(most)"
            throw UsageError("\(name) takes a whole number from \(least) \(end), not '\(text)'")
        }
        return number
    }
}

/// The command line is wrong: exit 64.
package struct UsageError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Reads `--name value`, `--name=value`, flags and positionals; refuses what it does not know with the nearest name.
package struct OptionParser {
    private let options: [Option]
    private let positionalsMax: Int

    package init(options: [Option], positionalsMax: Int = 0) {
        self.options = options
        self.positionalsMax = positionalsMax
    }

    package static func asksForHelp(_ words: [String]) -> Bool { words.contains("--help") || words.contains("-h") }

    package func parse(_ words: [String]) throws(UsageError) -> Arguments {
        var found = Arguments()
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            guard word.hasPrefix("--"), word.count > 2 else {
                found.positionals.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let option = options.first(where: { $0.name == parts[0] }) else { throw unknown(parts[0]) }
            var values = parts.count > 1 ? [parts[1]] : []
            switch option.arity {
            case .flag:
                guard values.isEmpty else { throw UsageError("\(option.name) takes no value") }
                found.flags.insert(option.name)
                continue
            case .one:
                if values.isEmpty, index < words.count {
                    values = [words[index]]
                    index += 1
                }
            case .many:
                while parts.count == 1, index < words.count, !words[index].hasPrefix("--") {
                    values.append(words[index])
                    index += 1
                }
            }
            guard !values.isEmpty else { throw UsageError("\(option.name) needs a value: \(option.value)") }
            found.values[option.name, default: []] += values
        }
        guard found.positionals.count <= positionalsMax else {
            throw UsageError("unexpected '\(found.positionals[positionalsMax])'")
        }
        return found
    }

    private func unknown(_ name: String) -> UsageError {
        let nearest = nearest(to: name, among: options.map(\.name))
        return UsageError("unknown option \(name)" + (nearest.map { "; did you mean \($0)?" } ?? ""))
    }
}

/// The known word that was probably meant.
package func nearest(to word: String, among known: [String]) -> String? { NearestName.of(word, among: known) }
