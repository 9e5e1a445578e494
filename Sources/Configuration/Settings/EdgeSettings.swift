// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Which optional records are written (`outputs` in `tabiji.yaml`).
public struct OutputSettings: Sendable, Equatable, Decodable {
    /// `journey.timeline`: each touchpoint with its customer.
    ///
    /// **Default** false (replays to a folder always write it).
    public var timeline = false

    /// Everything at its default.
    public init() {}

    /// Reads what the file has; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        try decoder.container(keyedBy: Key.self).read(.timeline, into: &timeline)
    }

    private enum Key: String, CodingKey { case timeline }
}

/// The HTTP server: health, metrics, API (`http` in `tabiji.yaml`).
public struct HTTPSettings: Sendable, Equatable, Decodable {
    /// The address that it listens on.
    ///
    /// **Default** 127.0.0.1
    public var host = "127.0.0.1"
    /// **Default** 9464.
    ///
    /// **Range** 0–65535; 0 takes any free one.
    public var port = 9464
    /// Connections at one time.
    ///
    /// **Default** 256. **Range** 1–65535.
    public var connections = 256
    /// One request.
    ///
    /// **Unit** bytes. **Default** 16MiB. **Range** 64KiB–1GiB.
    public var bodyBytes = ByteCount.mebibytes(16)
    /// Who may do what.
    ///
    /// Without a token what it guards is closed to other machines.
    public var tokens = Tokens()

    /// References to the bearer tokens.
    public struct Tokens: Sendable, Equatable, Decodable {
        /// For `POST /v1/events`.
        public var events: SecretReference?
        /// Forgetting and unlinking.
        public var control: SecretReference?
        /// Looking customers up, status.
        public var read: SecretReference?

        /// Everything at its default.
        public init() {}

        /// Reads what the file has; the rest keeps its default.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: Key.self)
            events = try keys.decodeIfPresent(SecretReference.self, forKey: .events)
            control = try keys.decodeIfPresent(SecretReference.self, forKey: .control)
            read = try keys.decodeIfPresent(SecretReference.self, forKey: .read)
        }

        private enum Key: String, CodingKey { case events, control, read }
    }

    /// Everything at its default.
    public init() {}

    /// Reads what the file has; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Key.self)
        try keys.read(.host, into: &host, expected: "an address", where: { !$0.isEmpty })
        try keys.read(.port, into: &port, in: 0...65_535)
        try keys.read(.connections, into: &connections, in: 1...65_535)
        try keys.read(.bodyBytes, into: &bodyBytes, in: .kibibytes(64) ... .gibibytes(1))
        try keys.read(.tokens, into: &tokens)
    }

    private enum Key: String, CodingKey {
        case host, port, connections, tokens
        case bodyBytes = "body_bytes"
    }
}

/// The bearer tokens themselves; nil where none is configured.
public struct HTTPTokens: Sendable, Equatable {
    /// For `POST /v1/events`.
    public var events: String?
    /// For forgetting and unlinking.
    public var control: String?
    /// For looking customers up and status.
    public var read: String?

    /// Takes each part as given.
    public init(events: String? = nil, control: String? = nil, read: String? = nil) {
        self.events = events
        self.control = control
        self.read = read
    }
}

/// What the stage models take from the place of business (`journeys` in `tabiji.yaml`).
public struct JourneySettings: Sendable, Equatable, Decodable {
    /// Of dates and times without offset in properties.
    ///
    /// **Default** Asia/Tokyo.
    public var timezone = "Asia/Tokyo"
    /// Of money that names none, ISO 4217.
    ///
    /// **Default** JPY.
    public var currency = "JPY"
    /// Locations near each other, told from either side: {shibuya: [harajuku]}.
    ///
    /// **Default** none.
    public var neighbours: [String: [String]] = [:]

    /// Everything at its default.
    public init() {}

    /// Reads what the file has; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Key.self)
        try keys.read(.timezone, into: &timezone, expected: "a time zone such as Asia/Tokyo") {
            TimeZone(identifier: $0) != nil
        }
        try keys.read(.currency, into: &currency, expected: "three capital letters, such as JPY") {
            $0.utf8.count == 3 && $0.utf8.allSatisfy { (65...90).contains($0) }
        }
        try keys.read(.neighbours, into: &neighbours)
    }

    private enum Key: String, CodingKey { case timezone, currency, neighbours }
}

/// What goes to standard error (`log` in `tabiji.yaml`).
public struct LogSettings: Sendable, Equatable, Decodable {
    /// How much is written.
    public enum Level: String, Sendable, CaseIterable, Decodable { case debug, info, warning, error }
    /// How lines are written.
    public enum Format: String, Sendable, CaseIterable, Decodable { case text, json }

    /// The least that is written.
    ///
    /// **Default** info.
    public var level = Level.info
    /// **Default** text.
    public var format = Format.text

    /// Everything at its default.
    public init() {}

    /// Reads what the file has; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Key.self)
        try keys.read(.level, into: &level)
        try keys.read(.format, into: &format)
    }

    private enum Key: String, CodingKey { case level, format }
}
