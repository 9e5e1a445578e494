// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Pipeline

/// All commands, and the way from the command line to one of them.
enum CommandTable {
    static let commands: [Command] = [
        .run, .demo, .replay, .generate, .check, .identity, .topics, .status, .mood,
    ]

    static func main(_ words: [String]) -> Exit {
        guard let name = words.first else {
            Console.error(overview)
            return .usage
        }
        if ["--help", "-h", "help"].contains(name) {
            var asked: Command?
            for word in words.dropFirst() { asked = (asked?.verbs ?? commands).first { $0.name == word } ?? asked }
            Console.out(asked?.help ?? overview)
            return .done
        }
        if name == "--version" {
            Console.out("tabiji \(Tabiji.version)\n")
            return .done
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            return unknown(name, "command", among: commands, overview)
        }
        let rest = Array(words.dropFirst())
        guard !command.verbs.isEmpty else { return perform(command, called: name, rest) }
        guard let word = rest.first, !["--help", "-h"].contains(word) else {
            (rest.isEmpty ? Console.error : Console.out)(command.help)
            return rest.isEmpty ? .usage : .done
        }
        guard let verb = command.verbs.first(where: { $0.name == word }) else {
            return unknown(word, "verb", among: command.verbs, command.help)
        }
        return perform(verb, called: "\(name) \(word)", Array(rest.dropFirst()))
    }

    private static func unknown(_ name: String, _ kind: String, among: [Command], _ help: String) -> Exit {
        let hint = nearest(to: name, among: among.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
        Console.error("tabiji: unknown \(kind) '\(name)'\(hint)\n\n\(help)")
        return .usage
    }

    private static func perform(_ command: Command, called name: String, _ words: [String]) -> Exit {
        if OptionParser.asksForHelp(words) {
            Console.out(command.help)
            return .done
        }
        do {
            let parser = OptionParser(options: command.options, positionalsMax: command.positionalsMax)
            let exit = try command.run(try parser.parse(words))
            return exit
        } catch let error as UsageError {
            Console.error(
                "tabiji \(name): \(error)\n\(command.usage.isEmpty ? "" : "usage: tabiji \(command.usage)\n")"
            )
            return .usage
        } catch {
            Console.error("tabiji \(name): \(error)\n")
            return Failure.exit(for: error)
        }
    }

    static var overview: String {
        var lines = [
            "Tabiji (旅路): omnichannel customer journeys from events.", "", "usage: tabiji COMMAND [options]", "",
        ]
        for command in commands { lines.append("  " + command.name.padding(to: 10) + command.summary) }
        lines += ["", "'tabiji COMMAND --help' shows a command's options."]
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Standard output carries results only; everything else goes to standard error.
enum Console {
    static func out(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
    static func out(_ bytes: [UInt8]) { FileHandle.standardOutput.write(Data(bytes)) }
    static func error(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
