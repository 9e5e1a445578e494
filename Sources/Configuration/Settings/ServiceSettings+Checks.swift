// SPDX-License-Identifier: Apache-2.0
internal import YAML

/// One mistake at a path of keys, not placed in a file yet.
struct Finding {
    var path: YAMLPath
    var message: String

    init(_ keys: String..., message: String) {
        path = YAMLPath(keys: keys)
        self.message = message
    }

    init(path: [YAMLPath.Step], message: String) {
        self.path = YAMLPath(path)
        self.message = message
    }
}

extension ServiceSettings {
    /// What each setting may be by itself, but not beside the others.
    func findings(realms: Set<String>) -> [Finding] {
        var found = limitFindings() + topicFindings(realms: realms)
        if transport == .kafka {
            if kafka.bootstrap.isEmpty {
                found.append(
                    Finding("kafka", "bootstrap", message: "expected HOST:PORT of a broker, because transport is kafka")
                )
            }
            if instance.isEmpty {
                let message = "expected this process's own lasting name (such as tabiji-1), because transport is kafka"
                found.append(Finding("instance", message: message))
            }
        }
        if roles.isEmpty { found.append(Finding("roles", message: "expected at least one role")) }
        for name in kafka.properties.keys where Self.ours.contains(name) {
            let message =
                "expected no setting that the program makes itself, because exactly-once delivery rests on it: remove it"
            found.append(Finding("kafka", "properties", name, message: message))
        }
        return found
    }

    private func limitFindings() -> [Finding] {
        var found: [Finding] = []
        if limits.outOfOrderness < commitInterval * 3 {
            let message = """
                expected at least three times commit_interval (\(DurationText(commitInterval))), \
                found \(DurationText(limits.outOfOrderness))
                """
            found.append(Finding("limits", "out_of_orderness", message: message))
        }
        if limits.batchBytes < limits.eventBytes {
            let message = "expected at least limits.event_bytes (\(limits.eventBytes)), found \(limits.batchBytes)"
            found.append(Finding("limits", "batch_bytes", message: message))
        }
        if kafka.transactionTimeout <= commitInterval {
            let message = """
                expected more than commit_interval (\(DurationText(commitInterval))), \
                found \(DurationText(kafka.transactionTimeout))
                """
            found.append(Finding("kafka", "transaction_timeout", message: message))
        }
        return found
    }

    private func topicFindings(realms: Set<String>) -> [Finding] {
        var found: [Finding] = []
        for (key, topics) in [("formats", Array(formats.keys)), ("topic_realms", Array(topicRealms.keys))] {
            for topic in topics where !TopicName.isOne(topic) {
                found.append(Finding(key, topic, message: "expected \(TopicName.expectation), found “\(topic)”"))
            }
        }
        for topic in controlTopics where !TopicName.isOne(topic) {
            found.append(Finding("control_topics", message: "expected \(TopicName.expectation), found “\(topic)”"))
        }
        for (topic, realm) in topicRealms where !realms.contains(realm) {
            let known = realms.sorted().joined(separator: ", ")
            let message = "expected a realm of identity.yaml (\(known)), found “\(realm)”"
            found.append(Finding("topic_realms", topic, message: message))
        }
        return found
    }

    /// librdkafka's settings that the program makes itself.
    private static let ours: Set<String> = [
        "bootstrap.servers", "metadata.broker.list", "isolation.level", "enable.auto.commit",
        "enable.auto.offset.store",
        "auto.offset.reset", "enable.idempotence", "transactional.id", "transaction.timeout.ms", "group.id",
        "group.instance.id",
        "partition.assignment.strategy", "enable.partition.eof", "delivery.report.only.error", "acks",
        "request.required.acks",
        "partitioner",
    ]
}
