// SPDX-License-Identifier: Apache-2.0

/// Settings of a client, as the library names them: `bootstrap.servers`, `security.protocol`, `sasl.username`, …
///
/// Later settings replace earlier ones. Unknown names are refused when the client is created.
public struct KafkaConfig: Sendable, Equatable, CustomStringConvertible {
    public private(set) var values: [String: String] = [:]

    public init(_ values: [String: String] = [:]) { self.values = values }

    public subscript(key: String) -> String? {
        get { values[key] }
        set { values[key] = newValue }
    }

    /// This, with others' settings in place of ours.
    public func merging(_ others: [String: String]) -> KafkaConfig {
        KafkaConfig(values.merging(others) { _, new in new })
    }

    /// This, with what a user configured. Settings on which exactly-once rests cannot be changed.
    ///
    /// **Throws** `invalidArgument`, naming the setting.
    public func merging(user properties: [String: String]) throws(KafkaError) -> KafkaConfig {
        for key in properties.keys.sorted() where Self.fixed.contains(key) {
            throw KafkaError(
                .invalidArgument,
                operation: "settings",
                message: "'\(key)' is set by the program itself, because exactly-once delivery rests on it: remove it"
            )
        }
        return merging(properties)
    }

    /// What no user may set.
    public static let fixed: Set<String> = [
        "isolation.level", "enable.auto.commit", "enable.auto.offset.store", "auto.offset.reset", "enable.idempotence",
        "transactional.id", "group.id", "group.instance.id", "partition.assignment.strategy", "enable.partition.eof",
        "delivery.report.only.error", "acks", "request.required.acks", "partitioner",
    ]

    /// Without secrets.
    public var description: String {
        values.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(Self.isSecret($0.key) ? "…" : $0.value)" }
            .joined(separator: " ")
    }

    private static func isSecret(_ key: String) -> Bool {
        ["password", "secret", "key.pem", "ssl.key", "sasl.jaas", "token"].contains { key.contains($0) }
    }
}
