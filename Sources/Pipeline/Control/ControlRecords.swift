// SPDX-License-Identifier: Apache-2.0
public import Configuration
internal import Digests
internal import Touchpoints

/// Control records on their way in: checked as intake will check them, so that a refusal is known before anything is sent.
public enum ControlRecords {
    /// A line that is no control record, or that intake would refuse.
    public struct Refusal: Sendable, Equatable {
        /// From 1.
        public var line: Int
        /// A dead letter's reason, or `not_control`.
        public var reason: String
        public var detail: String
        /// Of a control record: its type.
        public var type: String?
    }

    /// - Returns: what is wrong with some lines of NDJSON; empty: all of them are control records that will count.
    public static func refusals(
        of lines: [UInt8],
        _ configuration: TabijiConfiguration,
        nowMs: Int64
    ) -> [Refusal] {
        let decoder = TouchpointDecoder(
            rules: configuration.identity,
            vocabulary: configuration.vocabulary,
            settings: configuration.intake,
            hasher: IdentifierHasher(key: configuration.identifierKey)
        )
        var refused: [Refusal] = []
        var start = 0
        var line = 0
        while start < lines.count {
            line += 1
            let end = lines[start...].firstIndex(of: 0x0a) ?? lines.count
            let topic = configuration.service.controlTopics.sorted().first
            switch decoder.decode(lines, start..<end, timestampMs: nowMs, topic: topic) {
            case .control, .tombstone: break
            case .deadletter(let reason, let detail, let type):
                refused.append(Refusal(line: line, reason: reason.rawValue, detail: detail, type: type))
            case .accepted, .broadcast:
                refused.append(Refusal(line: line, reason: "not_control", detail: "an event of another kind"))
            }
            start = end + 1
        }
        return refused
    }

    /// Appends lines to Kafka's control topic; they are there when it returns.
    ///
    /// - Returns: the topic.
    /// - Throws: `KafkaLogError`; exit code 78 when the daemons would not read them.
    @discardableResult
    public static func send(_ lines: [UInt8], _ configuration: TabijiConfiguration) throws -> String {
        guard let topic = configuration.service.controlTopics.sorted().first else {
            throw KafkaLogError("expected a topic in control_topics, which is empty", exitCode: 78)
        }
        let selection = configuration.service.kafka.inputTopics.subscription
        guard !KafkaTopics.matching(selection, among: [topic]).isEmpty else {
            throw KafkaLogError(
                "expected kafka.input_topics to take in \(topic), where control records go: no daemon would read it",
                exitCode: 78
            )
        }
        let producer = try InputProducer(KafkaLogSettings(configuration))
        try producer.append(Transport.batch(of: lines, topic: topic), to: topic)
        try producer.finish()
        return topic
    }
}
