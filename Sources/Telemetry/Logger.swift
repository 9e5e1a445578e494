// SPDX-License-Identifier: Apache-2.0
public import struct Foundation.Date

/// How much a log line matters.
public enum LogLevel: Int, Sendable, CaseIterable, Comparable {
    case debug, info, warning, error

    public var name: String { "\(self)" }

    public init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    public static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }
}

/// How log lines are written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-03-01T09:30:00.000Z info partition restored topic=tabiji.inbox records=12`
    case text
    /// One JSON object a line: `time`, `level`, `message`, and the fields.
    case json
}

/// The value of a field: a number, a yes or no, or a short text.
public enum LogValue: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByStringInterpolation
{
    case text(String)
    case integer(Int)
    case number(Double)
    case flag(Bool)

    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .flag(value) }
}

/// Writes lines about what the process does. Messages are constants, what varies is in the fields.
///
/// Never an identifier, a payload or a property of a customer: topics, partitions, offsets, counts, reasons and hashes
/// only.
public struct Logger: Sendable {
    /// Takes whole lines, with their end; from any thread.
    public typealias Sink = @Sendable ([UInt8]) -> Void

    public var level: LogLevel
    public var format: LogFormat
    private let fields: [LogField]
    private let sink: Sink
    private let now: @Sendable () -> Date

    /// **Default** to standard error, by the system's clock.
    public init(
        level: LogLevel = .info,
        format: LogFormat = .text,
        now: @escaping @Sendable () -> Date = { Date() },
        sink: @escaping Sink = Logger.standardError
    ) {
        self.level = level
        self.format = format
        self.now = now
        self.sink = sink
        fields = []
    }

    private init(_ other: Logger, fields: [LogField]) {
        level = other.level
        format = other.format
        now = other.now
        sink = other.sink
        self.fields = fields
    }

    /// The same, with fields that every line gets.
    public func with(_ fields: KeyValuePairs<String, LogValue>) -> Logger {
        Logger(self, fields: self.fields + fields.map { LogField(name: $0.key, value: $0.value) })
    }

    public func debug(_ message: StaticString, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        log(.debug, message, fields)
    }

    public func info(_ message: StaticString, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        log(.info, message, fields)
    }

    public func warning(_ message: StaticString, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        log(.warning, message, fields)
    }

    public func error(_ message: StaticString, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        log(.error, message, fields)
    }

    public func log(_ level: LogLevel, _ message: StaticString, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        guard level >= self.level else { return }
        let all = self.fields + fields.map { LogField(name: $0.key, value: $0.value) }
        sink(LogLine(time: now(), level: level, message: "\(message)", fields: all).bytes(format))
    }
}
