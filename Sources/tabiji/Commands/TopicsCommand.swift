// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Pipeline

extension Command {
    static let topics = Command(
        name: "topics",
        summary: "Create the topics that are needed, or check those that exist.",
        usage: "topics create|check [--config DIR] [--bootstrap HOST:PORT,…]",
        options: [
            .config,
            Option(name: "--bootstrap", value: "HOST:PORT,…", help: "Kafka's brokers (default: the configuration's)"),
        ],
        positionalsMax: 1,
        run: { arguments in
            guard let verb = arguments.positionals.first, ["create", "check"].contains(verb) else {
                throw UsageError("what to do is missing: create or check")
            }
            var overrides: [String: String] = ["TABIJI_TRANSPORT": "kafka"]
            if let bootstrap = arguments.one("--bootstrap") { overrides["TABIJI_KAFKA_BOOTSTRAP"] = bootstrap }
            let topics = KafkaTopics(KafkaLogSettings(try Configured.load(arguments, overrides: overrides)))
            return verb == "create" ? try create(topics) : try check(topics)
        }
    )

    private static func create(_ topics: KafkaTopics) throws -> Exit {
        let made = try topics.create()
        for name in made { Console.out("created \(name)\n") }
        if made.isEmpty { Console.out("nothing to create: all topics are there\n") }
        return try check(topics)
    }

    private static func check(_ topics: KafkaTopics) throws -> Exit {
        let findings = try topics.check()
        for finding in findings { Console.out("\(finding.severity) \(finding.topic): \(finding.message)\n") }
        if findings.isEmpty { Console.out("all topics are as they should be\n") }
        return findings.contains { $0.severity == .error } ? .configuration : .done
    }
}
