// SPDX-License-Identifier: Apache-2.0
internal import Configuration

/// Reads bounded sources once, from their beginning, batch by batch.
struct SourceReader {
    let configuration: TabijiConfiguration
    let sources: [ReplayOptions.Source]
    /// What stands in for the timestamp of files' records.
    let boundMs: Int64

    /// Files by the name that their batches carry.
    var files: [String: InputSource] {
        Dictionary(uniqueKeysWithValues: listed.map { ($0.name, $0.source) })
    }

    private var listed: [(name: String, path: String, source: InputSource)] {
        var found: [(name: String, path: String, source: InputSource)] = []
        for case .file(let path, let topic) in sources {
            let source = InputSource(topic: topic, file: path, boundMs: boundMs)
            found.append((name: "file \(found.count)", path: path, source: source))
        }
        return found
    }

    /// What was forgotten where the sources are topics of Kafka.
    func forgotten() throws -> [ForgottenRecord] {
        let isKafka = sources.contains { if case .kafka = $0 { true } else { false } }
        return isKafka ? try ForgottenTopic.read(KafkaLogSettings(configuration)) : []
    }

    func forEach(_ body: (RecordBatch) throws -> Void) throws {
        for file in listed {
            let bytes = configuration.service.limits.eventBytes.bytes
            var feed = try FileFeed(path: file.path, name: file.name, eventBytesMax: bytes)
            while let batch = try feed.next(bytesMax: 8 << 20, recordsMax: Replay.chunkRecords) { try body(batch) }
        }
        for case .kafka(let topics) in sources {
            let range = try KafkaRange(KafkaLogSettings(configuration), topics: topics)
            defer { range.close() }
            try range.forEach(body)
        }
    }
}
