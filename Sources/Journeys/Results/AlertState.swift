// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

/// An alert as it stands.
public struct AlertState: Sendable, Equatable {
    public var rule: String
    public var title: Vocabulary.Title
    /// With facts; nil: the rule has none, or none that fits.
    public var message: Vocabulary.Title?
    /// The thing that it is about; nil: the customer.
    public var key: String?
    public var state: State
    public var severity: AlertRule.Severity
    /// The key of the event that caused it.
    public var cause: Hash128
    public var causeID: String
    /// The broadcast that opened it, for rules of that kind.
    public var broadcast: Hash128?
    /// The cause and the newest others, at most 20, in the order of the walk.
    public var evidence: [Evidence]
    public var openedAtMs: Int64
    public var resolvedAtMs: Int64?

    public enum State: String, Codable, Sendable { case opened, updated, resolved, expired }

    public struct Evidence: Sendable, Equatable {
        public var event: Hash128
        public var id: String
    }

    /// Derived from the rule, its key, the cause and (for broadcasts) the broadcast.
    public var id: Hash128 {
        ResultID.hash { w in
            w.string("alert")
            w.string(rule)
            w.optional(key)
            w.hex(cause)
            if let broadcast { w.hex(broadcast) }
        }
    }

    /// Writes the record's `data`.
    public func writeData(_ w: inout JSONWriter, revision: Int) {
        w.beginObject()
        w.member("rule")
        w.string(rule)
        if let key {
            w.member("key")
            w.string(key)
        }
        w.member("state")
        w.string(state.rawValue)
        w.member("severity")
        w.string(severity.rawValue)
        w.member("cause")
        w.string(causeID)
        w.member("evidence")
        w.beginArray()
        for event in evidence { w.string(event.id) }
        w.endArray()
        w.member("opened_at")
        w.time(openedAtMs)
        w.member("resolved_at")
        if let resolvedAtMs { w.time(resolvedAtMs) } else { w.null() }
        write(title, "title", &w)
        if let message { write(message, "message", &w) }
        w.member("revision")
        w.int(Int64(revision))
        w.endObject()
    }

    private func write(_ text: Vocabulary.Title, _ name: String, _ w: inout JSONWriter) {
        w.key(name)
        w.beginObject()
        w.member("en")
        w.string(text.en)
        w.member("ja")
        w.string(text.ja)
        w.endObject()
    }
}
