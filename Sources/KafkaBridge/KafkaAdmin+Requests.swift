// SPDX-License-Identifier: Apache-2.0
import CRdKafka

extension KafkaAdmin {
    /// The settings of each topic as they hold now, defaults included.
    public func settings(of topics: [String]) throws(KafkaError) -> [String: [String: String]] {
        if topics.isEmpty { return [:] }
        var requests: [OpaquePointer?] = unsafe topics.map {
            unsafe rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0)
        }
        defer { unsafe rd_kafka_ConfigResource_destroy_array(&requests, requests.count) }
        let found = unsafe try ask("describe_configs", RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS) { options, queue in
            unsafe rd_kafka_DescribeConfigs(client.pointer, &requests, requests.count, options, queue)
        } reading: { event in
            unsafe Self.settings(event)
        }
        var result: [String: [String: String]] = [:]
        for (name, code, message, settings) in found {
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw KafkaError(code: code, operation: "describe_configs", message: "\(name): \(message)")
            }
            result[name] = settings
        }
        return result
    }

    /// Deletes the records of each partition before an offset (`KafkaOffset.end`: all).
    public func deleteRecords(before offsets: [KafkaPartition: Int64]) throws(KafkaError) {
        if offsets.isEmpty { return }
        let list = PartitionList(offsets)
        var requests: [OpaquePointer?] = unsafe [rd_kafka_DeleteRecords_new(list.pointer)]
        defer { unsafe rd_kafka_DeleteRecords_destroy_array(&requests, requests.count) }
        let answers = unsafe try ask("delete_records", RD_KAFKA_ADMIN_OP_DELETERECORDS) { options, queue in
            unsafe rd_kafka_DeleteRecords(client.pointer, &requests, requests.count, options, queue)
        } reading: { event in
            unsafe rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event))
                .map { unsafe entries(of: $0) } ?? []
        }
        for (partition, _, code) in answers where code != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw KafkaError(code: code, operation: "delete_records", at: partition)
        }
    }

    /// Sends one request and reads its answer, with options and a queue that live as long.
    func ask<Answer>(
        _ operation: String,
        _ kind: rd_kafka_admin_op_t,
        _ send: (_ options: OpaquePointer, _ queue: OpaquePointer) -> Void,
        reading: (_ event: OpaquePointer) -> Answer
    ) throws(KafkaError) -> Answer {
        guard let options = unsafe rd_kafka_AdminOptions_new(client.pointer, kind) else {
            throw KafkaError(code: RD_KAFKA_RESP_ERR__FAIL, operation: operation)
        }
        let balance = HandleBalance.noteCreated(.admin)
        defer {
            unsafe rd_kafka_AdminOptions_destroy(options)
            balance?.note(freed: .admin)
        }
        var reason = [CChar](repeating: 0, count: 256)
        let limitMs = max(1, limit.wholeMilliseconds)
        _ = unsafe rd_kafka_AdminOptions_set_request_timeout(options, limitMs, &reason, reason.count)
        if kind == RD_KAFKA_ADMIN_OP_CREATETOPICS || kind == RD_KAFKA_ADMIN_OP_DELETETOPICS {
            // Until the change has reached the brokers, not only until it is accepted.
            _ = unsafe rd_kafka_AdminOptions_set_operation_timeout(options, limitMs, &reason, reason.count)
        }
        let queue = try EventQueue(client)
        unsafe send(options, queue.pointer)
        return unsafe try queue.answer(to: operation, within: limit + .seconds(2)) { event throws(KafkaError) in
            unsafe reading(event)
        }
    }

    /// The outcome for each topic of a create or delete request, copied out of its result.
    static func results(
        _ result: OpaquePointer?,
        _ topics: (OpaquePointer?, UnsafeMutablePointer<Int>?) -> UnsafeMutablePointer<OpaquePointer?>?
    ) -> [(name: String, code: rd_kafka_resp_err_t, message: String)] {
        var count = 0
        guard let list = unsafe topics(result, &count) else { return [] }
        return (0..<count).map { index in
            unsafe (
                text(rd_kafka_topic_result_name(list[index])),
                rd_kafka_topic_result_error(list[index]),
                text(rd_kafka_topic_result_error_string(list[index]))
            )
        }
    }

    private static func settings(
        _ event: OpaquePointer
    ) -> [(name: String, code: rd_kafka_resp_err_t, message: String, settings: [String: String])] {
        var count = 0
        let result = unsafe rd_kafka_event_DescribeConfigs_result(event)
        guard let resources = unsafe rd_kafka_DescribeConfigs_result_resources(result, &count) else { return [] }
        return (0..<count).map { index in
            var entryCount = 0
            var settings: [String: String] = [:]
            if let list = unsafe rd_kafka_ConfigResource_configs(resources[index], &entryCount) {
                for entry in 0..<entryCount {
                    let name = unsafe text(rd_kafka_ConfigEntry_name(list[entry]))
                    settings[name] = unsafe text(rd_kafka_ConfigEntry_value(list[entry]))
                }
            }
            return unsafe (
                text(rd_kafka_ConfigResource_name(resources[index])),
                rd_kafka_ConfigResource_error(resources[index]),
                text(rd_kafka_ConfigResource_error_string(resources[index])),
                settings
            )
        }
    }
}
