// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import JapaneseWords
internal import Sentiment

extension Command {
    static let mood = Command(
        name: "mood",
        summary: "Read texts as customers' moods: those given, else the lines of standard input.",
        usage: "mood [TEXT…] [--config DIR]",
        options: [.config],
        positionalsMax: 1_000,
        run: { arguments in
            let model = try Configured.load(arguments).sentiment
            let reader = try TextReader(model, WordDictionary(folder: model.dictionaryFolder))
            for text in arguments.positionals { Console.out(line(reader.read(text))) }
            while arguments.positionals.isEmpty, let text = readLine() { Console.out(line(reader.read(text))) }
            return .done
        }
    )

    /// Score, emotion, confidence and topics between tabs; an empty line: nothing to read.
    private static func line(_ reading: TextReading?) -> String {
        guard let reading else { return "\n" }
        let topics = reading.topics.map { "\($0.topic) \($0.score)" }.joined(separator: ", ")
        return "\(reading.score)\t\(reading.emotion ?? "-")\t\(reading.confidence)\t\(topics)\n"
    }
}
