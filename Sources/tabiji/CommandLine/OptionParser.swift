// SPDX-License-Identifier: Apache-2.0

/// One option of a command.
struct Option: Sendable {
    enum Arity: Sendable { case flag, one, many }

    var name: String
    /// What its value is called in the help.
    var value = ""
    var arity = Arity.one
    var help: String
}

/// What the user typed after a command's name.
struct Arguments {
    fileprivate(set) var values: [String: [String]] = [:]
    fileprivate(set) var flags: Set<String> = []
    fileprivate(set) var positionals: [String] = []

    func has(_ flag: String) -> Bool { flags.contains(flag) }
    func all(_ name: String) -> [String] { values[name] ?? [] }
    func one(_ name: String) -> String? { values[name]?.last }

    /// A whole number of at least `least`.
    func number(_ name: String, least: Int = 0) throws(UsageError) -> Int? {
        guard let text = one(name) else { return nil }
        guard let number = Int(text), number >= least else {
            throw UsageError("\(name) takes a whole number from \(least) on, not '\(text)'")
        }
        return number
    }
}

/// The command line is wrong: exit 64.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Reads `--name value`, `--name=value`, flags and positionals; refuses what it does not know with the nearest name.
struct OptionParser {
    let options: [Option]
    let positionalsMax: Int

    func parse(_ words: [String]) throws(UsageError) -> Arguments {
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

/// The known word that differs in the fewest letters, when it is near enough to be meant.
func nearest(to word: String, among known: [String]) -> String? {
    let best = known.map { ($0, editDistance(word, $0)) }.min { ($0.1, $0.0) < ($1.1, $1.0) }
    guard let best, best.1 <= max(2, word.count / 3) else { return nil }
    return best.0
}

private func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
            let cost = x == y ? diagonal : 1 + min(diagonal, row[j], row[j + 1])
            diagonal = row[j + 1]
            row[j + 1] = cost
        }
    }
    return row[b.count]
}
