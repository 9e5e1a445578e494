// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Foundation
internal import StateStore
internal import Touchpoints

/// `--to DIR`: the net result, sorted by subject, time and id, one file a kind.
///
/// Records rest in a temporary store until the end, so memory does not grow with the result. The key has the subject and the id,
/// so a correction takes the place of what it corrects, and a retraction takes it away.
final class FolderSink: OutputSink {
    private let folder: URL
    private let store: any StateStore
    private var batch = WriteBatch()

    static let files: [(topic: Topic, name: String)] = [
        (.transitions, "transitions"), (.alerts, "alerts"), (.profiles, "profiles"), (.timeline, "timeline"),
        (.identity, "identity"), (.deadletter, "deadletter"),
    ]

    /// - Throws: when the folder cannot be made.
    init(folder: String, store: any StateStore) throws {
        self.folder = URL(fileURLWithPath: folder, isDirectory: true)
        self.store = store
        try OutputFile.makeFolder(self.folder)
    }

    func take(_ record: OutputRecord) throws {
        let key = Self.key(record)
        if record.attributes.isRetraction {
            batch.delete(key)
        } else if let data = record.data {
            var row = ByteWriter(capacity: data.count + 32)
            row.sortable(record.attributes.timeMs)
            row.text(record.attributes.realm)
            row.text(record.attributes.type)
            row.blob(Self.corrected.contains(record.topic) ? data.withFirstRevision : data)
            batch.put(key, row.bytes)
        }
        if batch.byteCount >= 4 << 20 { try flush() }
    }

    func finish() throws {
        try flush()
        for (topic, name) in Self.files { try write(topic, name) }
    }

    /// Writes what has been kept back to the store.
    func flush() throws {
        if batch.isEmpty { return }
        try store.write(batch, sync: false)
        batch.removeAll()
    }

    /// The time is part of the key where it is the id's for good.
    private static func key(_ record: OutputRecord) -> [UInt8] {
        var key = ByteWriter(capacity: 41)
        key.byte(record.topic.rawValue)
        key.hash(record.attributes.subject ?? .zero)
        if timed.contains(record.topic) { key.sortable(record.attributes.timeMs) }
        key.hash(record.attributes.id)
        return key.bytes
    }

    /// How often these were corrected before they came to stand depends on arrival: a net file does not say it.
    private static let corrected: Set<Topic> = [.transitions, .alerts, .profiles, .timeline]
    private static let timed: Set<Topic> = [.transitions, .timeline, .identity, .deadletter]

    private func write(_ topic: Topic, _ name: String) throws {
        let file = try OutputFile(folder.appendingPathComponent("\(name).ndjson"))
        var group: [(timeMs: Int64, id: Hash128, line: [UInt8])] = []
        var groupOf = Hash128.zero
        func closeGroup() throws {
            for entry in group.sorted(by: { ($0.timeMs, $0.id) < ($1.timeMs, $1.id) }) { try file.write(entry.line) }
            group.removeAll(keepingCapacity: true)
        }
        let isTimed = Self.timed.contains(topic)
        try store.scan(prefix: [topic.rawValue]) { keySpan, valueSpan in
            let key = [UInt8](copying: keySpan)
            var row = ByteReader([UInt8](copying: valueSpan))
            let subject = Hash128(bytes: key, at: 1)
            let timeMs = try row.sortable()
            let realm = try row.text()
            let type = try row.text()
            let id = Hash128(bytes: key, at: isTimed ? 25 : 17)
            let attributes = EventAttributes(
                id: id,
                type: type,
                timeMs: timeMs,
                subject: subject == .zero ? nil : subject,
                realm: realm
            )
            let line = CloudEvent.line(attributes, data: try row.blob())
            if isTimed {
                try file.write(line)
            } else {
                if subject != groupOf { try closeGroup() }
                groupOf = subject
                group.append((timeMs, id, line))
            }
            return true
        }
        try closeGroup()
        try file.close()
    }
}

/// `--history`: every record in the order in which it was emitted.
final class HistorySink: OutputSink {
    private var files: [Topic: OutputFile] = [:]

    init(folder: String) throws {
        let url = URL(fileURLWithPath: folder, isDirectory: true)
        try OutputFile.makeFolder(url)
        for (topic, name) in FolderSink.files {
            files[topic] = try OutputFile(url.appendingPathComponent("\(name).ndjson"))
        }
    }

    func take(_ record: OutputRecord) throws {
        let data = record.data ?? Array("null".utf8)
        try files[record.topic]?.write(CloudEvent.line(record.attributes, data: data))
    }

    func finish() throws {
        for file in files.values { try file.close() }
    }
}

/// A file that is written through a buffer, beside its place, and takes it when closed.
final class OutputFile {
    private let url: URL
    private let partial: URL
    private let handle: FileHandle
    private var buffer: [UInt8] = []

    /// Makes the folder that files are written to, where there is none.
    static func makeFolder(_ url: URL) throws(OutputError) {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw OutputError(
                "cannot make the folder \(url.path): does a file stand there, or may nothing be made there?"
            )
        }
    }

    init(_ url: URL) throws {
        self.url = url
        partial = url.appendingPathExtension("partial")
        guard FileManager.default.createFile(atPath: partial.path, contents: nil) else {
            throw OutputError("cannot write \(partial.path): is the folder there, and writable?")
        }
        handle = try FileHandle(forWritingTo: partial)
    }

    func write(_ bytes: [UInt8]) throws {
        buffer.append(contentsOf: bytes)
        if buffer.count >= 1 << 20 { try flush() }
    }

    func close() throws {
        try flush()
        try handle.close()
        if FileManager.default.fileExists(atPath: url.path) { try FileManager.default.removeItem(at: url) }
        try FileManager.default.moveItem(at: partial, to: url)
    }

    private func flush() throws {
        try handle.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }
}

/// What went wrong with an output: the environment's fault.
public struct OutputError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
