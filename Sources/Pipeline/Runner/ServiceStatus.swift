// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// What a running service knows of itself: `tabiji status`, readiness, metrics.
public struct ServiceStatus: Sendable {
    public struct RoleStatus: Sendable {
        public var partitions = 0
        public var records = 0
        public var bytes = 0
        public var appends = 0
        public var commits = 0
        public var aborts = 0
        public var restoredRecords = 0
        public var lastCommitMs: Int64 = 0
        /// Milliseconds of the worker's clock; 0: it has not taken a step yet.
        public var steppedAtMs: Int64 = 0
        /// Records that wait in its inputs; nil: not known.
        public var lag: Int64?
        /// Nothing is left to read.
        public var isCaughtUp = false
    }

    public var roles: [Role: RoleStatus] = [:]
    public var startedAtMs: Int64 = 0
    /// The least of this process's journey partitions; nil: none yet.
    public var watermarkMs: Int64?
    /// The digest of this process's journey partitions: 32 hexadecimal digits.
    public var digest = ""
    /// Distinct events held here.
    public var events = 0
    public var copies = 0
    public var customers = 0
    public var passedOn = 0
    public var forgotten = 0
    /// Identifiers that the identity role here has met, observations that it holds, and those that came from before the
    /// horizon.
    public var identifiers = 0
    public var observations = 0
    public var observationsTooLate = 0
    /// How the caches of this process's journey partitions are used.
    public var caches = JourneyCaches()
    /// Broadcasts that this process's journey partitions keep, each its own.
    public var broadcasts = 0
    /// Events beyond the horizon whose content is folded into a base.
    public var foldedAway = 0
    /// Customers with too many touchpoints to be folded.
    public var suspended = 0
    /// Customers that are still to be folded again because the rules have changed; about.
    public var customersToRefold = 0
    /// What waits for later commits of this process's journey partitions.
    public var waiting = JourneyQueues()
    /// Results told and not taken back: by kind.
    public var alertsOpen = 0
    /// Dead letters by reason, since the start.
    public var deadletters: [String: Int] = [:]
    /// Control records that intake, or `POST /v1/events` with the control token, refused since the start: by type.
    public var refusedControl: [String: Int] { refusedInIntake.merging(refusedInRequests, uniquingKeysWith: +) }
    var refusedInIntake: [String: Int] = [:]
    var refusedInRequests: [String: Int] = [:]
    /// Identifiers that a great part of the recent events names, the busiest first; at most ten.
    public var busiest: [BusyIdentifier] = []
    public var accepted = 0
    public var read = 0
    public var tombstones = 0
    public var ignoredNamespaces: [String: Int] = [:]
    public var unknownMembers: [String: Int] = [:]

    /// The reasons that dead letters can have.
    public static let deadLetterReasons = DeadLetterReason.allCases.map(\.rawValue)

    /// Every role has partitions, restored.
    public var isReady: Bool { !roles.isEmpty && roles.values.allSatisfy { $0.partitions > 0 } }

    public func json(transport: String, instance: String, nowMs: Int64) -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.key("version")
        json.string(Tabiji.version)
        json.key("transport")
        json.string(transport)
        json.key("instance")
        json.string(instance)
        json.key("ready")
        json.bool(isReady)
        json.key("uptime_seconds")
        json.int((nowMs - startedAtMs) / 1000)
        json.key("watermark")
        if let watermarkMs, watermarkMs > .min { json.string(EventTime.format(watermarkMs)) } else { json.null() }
        json.key("digest")
        json.string(digest)
        for (name, number) in [
            ("read", read), ("accepted", accepted), ("tombstones", tombstones), ("events", events),
            ("customers", customers),
            ("passed_on", passedOn),
            ("forgotten", forgotten), ("folded_away", foldedAway), ("suspended", suspended),
            ("customers_to_refold", customersToRefold), ("customers_waiting", waiting.customers),
            ("moves_waiting", waiting.moves), ("partitions_forgetting", waiting.forgetting),
            ("identifiers", identifiers), ("observations", observations),
            ("observations_too_late", observationsTooLate),
            ("alerts_open", alertsOpen),
        ] {
            json.key(name)
            json.int(Int64(number))
        }
        json.key("deadletters")
        json.counts(deadletters)
        json.key("refused_control")
        json.counts(refusedControl)
        json.key("busiest_identifiers")
        json.beginArray()
        for busy in busiest {
            json.beginObject()
            json.key("realm")
            json.string(busy.realm)
            json.key("identifier")
            json.string(busy.identifier)
            json.key("share")
            json.double((busy.share * 1_000).rounded() / 1_000)
            json.endObject()
        }
        json.endArray()
        json.key("roles")
        json.beginObject()
        for role in Role.allCases {
            guard let status = roles[role] else { continue }
            json.key(role.name)
            write(status, nowMs, &json)
        }
        json.endObject()
        json.endObject()
        json.bytes.append(0x0a)
        return json.bytes
    }

    private func write(_ status: RoleStatus, _ nowMs: Int64, _ json: inout JSONWriter) {
        let seconds = max(1, Double(nowMs - startedAtMs) / 1000)
        json.beginObject()
        for (name, number) in [
            ("partitions", status.partitions), ("records", status.records), ("commits", status.commits),
            ("aborts", status.aborts), ("restored_records", status.restoredRecords),
        ] {
            json.key(name)
            json.int(Int64(number))
        }
        json.key("records_per_second")
        json.int(Int64(Double(status.records) / seconds))
        json.key("lag")
        if let lag = status.lag { json.int(lag) } else { json.null() }
        json.key("caught_up")
        json.bool(status.isCaughtUp)
        json.endObject()
    }
}
