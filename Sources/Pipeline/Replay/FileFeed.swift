// SPDX-License-Identifier: Apache-2.0
internal import Gzip

/// Reads one file of a replay into batches of a log: the line number is the offset.
struct FileFeed: ~Copyable {
    /// What batches carry as the topic's name; the intake context knows what it stands for.
    let name: String
    private var reader: LineReader
    private var arena: [UInt8] = []
    private var lines: [LineReader.Line] = []
    /// How many of `lines` have been handed out.
    private var taken = 0

    init(path: String, name: String, eventBytesMax: Int) throws(LineReaderError) {
        self.name = name
        reader = try LineReader(path: path, lineBytesMax: eventBytesMax)
    }

    /// The next lines as a batch; nil at the end.
    mutating func next(bytesMax: Int, recordsMax: Int) throws(LineReaderError) -> RecordBatch? {
        var batch = RecordBatch()
        batch.topics = [name]
        while batch.records.count < recordsMax, batch.bytes.count < bytesMax {
            if taken == lines.count {
                taken = 0
                let room = min(bytesMax - batch.bytes.count, 1 << 20)
                guard try reader.next(into: &arena, lines: &lines, bytesMax: room) else { break }
            }
            take(recordsMax - batch.records.count, into: &batch)
        }
        return batch.records.isEmpty ? nil : batch
    }

    /// Some of the lines that have been read; the others wait.
    private mutating func take(_ recordsMax: Int, into batch: inout RecordBatch) {
        let some = lines[taken..<min(lines.count, taken + max(1, recordsMax))]
        guard let first = some.first, let last = some.last else { return }
        let base = batch.bytes.count - first.bytes.lowerBound
        batch.bytes.append(contentsOf: arena[first.bytes.lowerBound..<last.bytes.upperBound])
        for line in some {
            let value = base + line.bytes.lowerBound..<base + line.bytes.upperBound
            batch.records.append(RecordBatch.Record(offset: Int64(line.number), value: value))
        }
        taken += some.count
    }
}
