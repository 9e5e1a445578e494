// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge

/// What an installation on Kafka has forgotten: the whole of its `tabiji.forgotten`.
enum ForgottenTopic {
    /// - Returns: every record; none where the topic does not exist, for then nothing was ever forgotten.
    /// - Throws: `KafkaLogError`; `PackedError` for a record of a newer program.
    static func read(_ settings: KafkaLogSettings) throws -> [ForgottenRecord] {
        let name = settings.name(of: .forgotten)
        let exists = try KafkaLogError.wrapping {
            let admin = try KafkaAdmin(settings.adminConfig())
            defer { admin.close() }
            return try admin.topics().contains { $0.name == name }
        }
        guard exists else { return [] }
        let range = try KafkaRange(settings, topics: [name])
        defer { range.close() }
        var found: [ForgottenRecord] = []
        try range.forEach { batch in
            for record in batch.records {
                guard let value = record.value else { continue }
                found.append(try ForgottenRecord(packed: Array(batch.bytes[value])))
            }
        }
        return found
    }
}
