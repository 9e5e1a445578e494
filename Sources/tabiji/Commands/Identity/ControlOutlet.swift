// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Digests
internal import Foundation
internal import Pipeline
internal import Touchpoints

/// Takes control events where they count: Kafka's control topic, the daemon's HTTP API, or a file of the user's.
struct ControlOutlet {
    static let options: [Option] = [
        Option(name: "--yes", arity: .flag, help: "do not ask"),
        Option(name: "--dry-run", arity: .flag, help: "print the control events instead of sending them"),
        Option(name: "--to", value: "FILE", help: "append them to a file of NDJSON instead (- is standard output)"),
    ]

    private let arguments: Arguments
    private let configuration: TabijiConfiguration
    private let nowMs: Int64

    init(_ arguments: Arguments, _ configuration: TabijiConfiguration, nowMs: Int64) {
        self.arguments = arguments
        self.configuration = configuration
        self.nowMs = nowMs
    }

    /// Says what will be done, asks, and does it.
    ///
    /// - Parameter events: a line each.
    func send(_ events: [[UInt8]], plan: [String]) throws -> Exit {
        let lines = Array(events.joined(separator: [0x0a])) + [0x0a]
        for line in plan { Console.error(line + "\n") }
        let refused = ControlRecords.refusals(of: lines, configuration, nowMs: nowMs)
        if let first = refused.first {
            throw CommandFailure(.refusedInput, "refused: \(first.reason): \(first.detail); nothing was sent")
        }
        if arguments.has("--dry-run") {
            Console.out(lines)
            return .done
        }
        guard try arguments.has("--yes") || isConfirmed() else {
            Console.error("nothing was sent\n")
            return .failed
        }
        if let file = arguments.one("--to") {
            try append(lines, to: file)
            return .done
        }
        if configuration.service.transport == .kafka {
            let topic = try ControlRecords.send(lines, configuration)
            Console.error("appended to \(topic): the daemons take it from there\n")
        } else {
            try post(lines)
        }
        return .done
    }

    private func isConfirmed() throws -> Bool {
        guard isatty(0) == 1 else {
            throw UsageError("nobody can be asked here: say --yes, or --dry-run to see what would be sent")
        }
        Console.error("Go on? [y/N] ")
        return ["y", "yes"].contains((readLine() ?? "").lowercased())
    }

    private func append(_ lines: [UInt8], to path: String) throws {
        if path == "-" { return Console.out(lines) }
        if !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw CommandFailure(.inputOutput, "cannot write \(path)")
            }
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(lines))
        try handle.close()
        Console.error("appended to \(path): give it to replay with --forgotten, or as FILE@\(topic)\n")
    }

    private var topic: String { configuration.service.controlTopics.sorted().first ?? "TOPIC" }

    private func post(_ lines: [UInt8]) throws {
        guard let token = configuration.tokens.control else {
            throw CommandFailure(
                .configuration,
                "the daemon takes control events from whoever has its control token, and none is configured: "
                    + "set http.tokens.control (env:NAME or file:PATH) for it and for this command, or use --to FILE"
            )
        }
        let daemon = LocalHTTP(arguments, configuration, token: token)
        let answer = try daemon.post("/v1/events", lines)
        switch answer.status {
        case 200..<300: Console.error("taken by \(daemon.base)\n")
        case 401, 403:
            throw CommandFailure(.configuration, "the daemon does not know this control token: \(answer.text)")
        case 422: throw CommandFailure(.refusedInput, "refused: \(answer.text)")
        case 404:
            throw CommandFailure(
                .configuration,
                "the daemon at \(daemon.base) reads Kafka: set transport: kafka here too"
            )
        default: throw ServiceUnavailable("the daemon did not take it (\(answer.status)): \(answer.text)")
        }
    }
}

/// Control events in the native format.
struct ControlEvent {
    /// An identifier to name, in plain where that is known, else by its hash.
    struct Name: Hashable {
        var namespace: String
        var value: String
    }

    var type: String
    var realm: String
    var timeMs: Int64
    var names: [Name]
    /// Closed spans; nil ends are open. Without any, all up to the event's time.
    var spans: [Name: [(from: String?, to: String?)]] = [:]

    /// A line; its id follows from what it says.
    var line: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("id")
        json.string("tabiji-\(SHA256.hash128(Array(type.utf8) + content + Array(String(timeMs).utf8)).hex)")
        json.key("type")
        json.string(type)
        json.key("time")
        json.string(EventTime.format(timeMs))
        json.key("realm")
        json.string(realm)
        json.raw(content)
        json.endObject()
        return json.bytes
    }

    private var content: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("identifiers")
        write(&json, Dictionary(grouping: names, by: \.namespace)) { json, names in
            json.beginArray()
            for name in names { json.string(name.value) }
            json.endArray()
        }
        json.key("properties")
        json.beginObject()
        if !spans.isEmpty {
            json.key("spans")
            write(&json, Dictionary(grouping: spans.keys, by: \.namespace)) { json, names in
                json.beginObject()
                for name in names.sorted(by: { $0.value < $1.value }) {
                    json.key(name.value)
                    json.beginArray()
                    for span in spans[name] ?? [] {
                        json.beginArray()
                        for end in [span.from, span.to] {
                            if let end { json.string(end) } else { json.null() }
                        }
                        json.endArray()
                    }
                    json.endArray()
                }
                json.endObject()
            }
        }
        json.endObject()
        json.endObject()
        return Array(json.bytes.dropFirst().dropLast())  // members only
    }

    private func write(
        _ json: inout JSONWriter,
        _ groups: [String: [Name]],
        _ body: (inout JSONWriter, [Name]) -> Void
    ) {
        json.beginObject()
        for (namespace, names) in groups.sorted(by: { $0.key < $1.key }) {
            json.key(namespace)
            body(&json, names)
        }
        json.endObject()
    }
}
