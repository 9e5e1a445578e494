// SPDX-License-Identifier: Apache-2.0
internal import Configuration

/// A command of `tabiji`: what it is called, takes and does.
struct Command: Sendable {
    var name: String
    var summary: String
    var usage: String
    var options: [Option] = []
    var positionalsMax = 0
    /// Of a group: what may follow its name.
    var verbs: [Command] = []
    var run: @Sendable (Arguments) throws -> Exit

    var help: String {
        var lines = ["\(summary)", "", "usage: tabiji \(usage)"]
        if !verbs.isEmpty {
            let width = verbs.map(\.name.count).max() ?? 0
            lines.append("")
            for verb in verbs { lines.append("  " + verb.name.padding(to: width + 2) + verb.summary) }
            lines += ["", "'tabiji \(name) VERB --help' shows a verb's options."]
        }
        if !options.isEmpty { lines += ["", "options:"] + options.help }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Exit codes, as sysexits has them.
enum Exit: Int32 {
    case done = 0
    case failed = 1
    case usage = 64
    case refusedInput = 65
    case unavailable = 69
    case ourBug = 70
    case inputOutput = 74
    case tryAgain = 75
    case configuration = 78
}

extension Command {
    /// A command that does nothing but through its verbs.
    static func group(name: String, summary: String, verbs: [Command]) -> Command {
        Command(
            name: name,
            summary: summary,
            usage: "\(name) \(verbs.map(\.name).joined(separator: "|")) …",
            verbs: verbs,
            run: { _ in .usage }
        )
    }
}

extension String {
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
