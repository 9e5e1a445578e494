// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge

extension KafkaConsumer {
    /// What a poll finds, without what is not wanted.
    func batch(_ limits: KafkaPollLimits, where isWanted: (KafkaRecord) -> Bool) -> RecordBatch {
        var batch = RecordBatch()
        var headers: [KafkaHeader] = []
        _ = poll(into: &batch.bytes, limits: limits) { record in
            guard isWanted(record) else { return }
            let first = headers.count
            headers.append(contentsOf: record.headers)
            batch.records.append(
                RecordBatch.Record(
                    topic: record.topic,
                    partition: record.partition,
                    offset: record.offset,
                    timestampMs: record.timestampMs,
                    key: record.key,
                    value: record.value,
                    headers: first..<headers.count
                )
            )
        }
        batch.topics = topics
        batch.headerList = headers.map { header in
            RecordBatch.Header(header.name, header.value.map { String(decoding: batch.bytes[$0], as: UTF8.self) } ?? "")
        }
        return batch
    }
}
