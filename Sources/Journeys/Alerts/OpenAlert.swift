// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// A rule and a thing: what has one open alert at most, one timer, one memory.
struct AlertSlot: Comparable, Codable, Sendable {
    var rule: Int
    var key: Text?

    static func == (a: Self, b: Self) -> Bool { a.rule == b.rule && a.key == b.key }

    static func < (a: Self, b: Self) -> Bool {
        if a.rule != b.rule { return a.rule < b.rule }
        guard let x = a.key else { return b.key != nil }
        return b.key.map { x < $0 } ?? false
    }
}

/// An absence, or a stage that is not left: fires at the deadline.
struct AlertTimer: Codable, Sendable {
    var slot: AlertSlot
    /// The place of the rule's name among all.
    var rank: Int
    var deadlineMs: Int64
    var cause: EventMark
    /// Of a stage that is not left.
    var stage: StagePlace?
}

/// Where a journey stands.
struct StagePlace: Codable, Sendable {
    /// Indices of the model and of its stage.
    var model: Int
    var stage: Int
    var instance: Text?
}

/// An alert, open or over.
struct OpenAlert: Codable, Sendable {
    var slot: AlertSlot
    /// Of a rule whose every match is an alert of its own: the match.
    var each: Hash128?
    var state: AlertState.State
    var cause: EventMark
    /// The broadcast that opened it.
    var news: EventMark?
    /// A sequence's first event, a count's oldest.
    var before: EventMark?
    /// The stage that is not left.
    var stage: StagePlace?
    /// The mood from which it fell.
    var heightBefore: Double?
    /// The newest others, in the order of the walk.
    var others: [EventMark]
    var openedAtMs: Int64
    var resolvedAtMs: Int64?
    /// nil: never.
    var expiresAtMs: Int64?
    /// When it was noted last among those that something was done to.
    var round: Int

    var key: Text? { slot.key }

    static let evidenceMax = 20

    /// Adds to the evidence; a mark that is there stays.
    mutating func add(_ evidence: [EventMark]) {
        for event in evidence where event != cause && !others.contains(event) {
            let place = others.firstIndex { event < $0 } ?? others.endIndex
            others.insert(event, at: place)
        }
        if others.count >= Self.evidenceMax { others.removeFirst(others.count - Self.evidenceMax + 1) }
    }

    /// As it is told: a worse severity where the evidence has different types.
    func told(_ book: Rulebook) -> AlertState {
        let rule = book.rules[slot.rule]
        let place = others.firstIndex { cause < $0 } ?? others.endIndex
        let evidence = others[..<place] + [cause] + others[place...]
        var severity = rule.severity
        if let escalation = rule.escalation, Set(evidence.map { Text($0.typeName) }).count >= escalation.differentTypes
        {
            severity = escalation.severity
        }
        return AlertState(
            rule: rule.name.string,
            title: rule.title,
            message: MessageWriter(alert: self, evidence: Array(evidence), rule: rule, book: book).message,
            key: key?.string,
            state: state,
            severity: severity,
            cause: cause.key,
            causeID: cause.id,
            broadcast: news?.key,
            evidence: evidence.map { .init(event: $0.key, id: $0.id) },
            openedAtMs: openedAtMs,
            resolvedAtMs: resolvedAtMs
        )
    }
}
