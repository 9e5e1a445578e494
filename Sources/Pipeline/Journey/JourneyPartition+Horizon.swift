// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Journeys
internal import Touchpoints

/// The horizon: what is older is folded into its customer's base and stands for good; what arrives older is too late.
///
/// A folded event's row stays, without its content: copies are still known as such, and what readers were told because
/// of it can be taken back when it is forgotten. Its customer's fold goes on from the base.
extension JourneyPartition {
    /// The time of the horizon; nil: there is none, or it is not known yet.
    var horizonMs: Int64? {
        guard let latenessMs = context.settings.latenessMs, watermarkMs > .min + 2 * latenessMs else { return nil }
        return watermarkMs - latenessMs
    }

    func isBeyondHorizon(_ event: Touchpoint) -> Bool { horizonMs.map { event.timeMs < $0 } ?? false }

    func isTooLate(_ held: Held, _ customer: Hash128) throws -> Bool {
        guard isBeyondHorizon(held.event) else { return false }
        return try self.held(customer, held.place) == nil
    }

    func reject(_ held: Held, into transaction: inout Transaction) {
        totals.tooLate += held.copies
        totals.changed = true
        context.deadLetter(tooLate: held.event, watermarkMs: watermarkMs, into: &transaction)
    }

    // MARK: events that come to a base

    /// Whether the customer's base has passed the event: only then can it not be folded.
    func isBeforeCut(_ event: Touchpoint, _ customer: Hash128) throws -> Bool {
        guard isBeyondHorizon(event), let row = try row(JourneyRows.base(customer)) else { return false }
        return event.timeMs < (try WalkBase(row).cutMs)
    }

    /// An event that was on its way from another customer while the base passed its time: whose it is stands, and
    /// nothing more comes of it.
    func stand(_ arrived: Held, _ customer: Hash128, into transaction: inout Transaction) throws {
        var held = arrived
        totals.conflicts += held.losers.count
        let wanted =
            context.settings.emitsTimeline ? [context.touchpointResult(held.event, mood: nil, isHub: false)] : []
        settle(&held, wanted: wanted, customer: customer, into: &transaction)
        rewrite(held.folded, customer)
    }

    /// One more copy of an event that is folded: its content stands.
    func meet(folded twin: inout Held, _ other: Held, into transaction: inout Transaction) {
        twin.copies += other.copies
        guard other.event.content != twin.event.content, !twin.losers.contains(other.event.content) else { return }
        twin.losers.append(other.event.content)
        totals.conflicts += 1
        context.deadLetter(conflicting: other.event, into: &transaction)
    }

    /// One of its events is forgotten: nothing that came of it stays.
    func dropBase(of customer: Hash128) {
        rows[JourneyRows.base(customer)] = .some(nil)
        hot.remove(customer)
    }

    /// Of a customer that was not hot: alerts that folded events had caused, and now do not.
    func settle(
        _ unsettled: [WalkBase.Unsettled],
        _ step: WalkStep,
        _ customer: Hash128,
        into transaction: inout Transaction
    ) throws {
        for event in unsettled {
            guard var held = try held(customer, TouchKey(timeMs: event.timeMs, key: event.key)) else { continue }
            let now = step.elsewhere.filter { $0.cause == event.key }.flatMap(\.alerts).map(\.id) + event.ended
            let gone = held.emitted.filter { $0.kind == .alert && !now.contains($0.id) }.map(\.id)
            if retract(gone, of: &held, customer, into: &transaction) { rewrite(held, customer) }
        }
    }

    // MARK: folding away

    func walk(of customer: Hash128) throws -> Walk {
        let base = try row(JourneyRows.base(customer)).map { try WalkBase($0) }
        return context.journeyFold.walk(of: customer, from: base, readsText: texts.mood)
    }

    /// Looks at some customers in each commit, in turn, and folds away what is older than the horizon by an eighth of
    /// the lateness: so often a base is written, and not with each event.
    func foldAway(into transaction: inout Transaction) throws {
        guard let latenessMs = context.settings.latenessMs, let horizonMs, endMs == nil else { return }
        // What is folded away stands: first, results by these rules, and of these news.
        if refold != nil || !waking.isEmpty { return }
        if sweep == nil {
            if horizonMs < sweptMs + latenessMs / 16 { return }
            sweepLeavesMs = horizonMs - latenessMs / 8
        }
        for _ in 0..<context.settings.basesPerCommitMax {
            var next: Hash128?
            try state.scan(prefix: [UInt8(ascii: "t")], from: sweep) { key, _ in
                next = Hash128(bytes: key, at: 1)
                return false
            }
            guard let customer = next else {
                sweep = nil
                sweptMs = horizonMs
                return foldBroadcastsAway(before: sweepLeavesMs)
            }
            sweep = JourneyRows.touch(customer, timeMs: .max, key: Hash128(high: .max, low: .max))
            if customer != .zero { try foldAway(customer, horizonMs, slackMs: latenessMs / 8, into: &transaction) }
        }
    }

    private func foldAway(
        _ customer: Hash128,
        _ horizonMs: Int64,
        slackMs: Int64,
        into transaction: inout Transaction
    ) throws {
        var walk = try walk(of: customer)
        let kept = try timeline(customer, after: walk.last(.start))
        // A base also goes on for the sake of news after it, so that they need not be kept for it.
        let news = walk.firstNews(restocks, beforeMs: horizonMs) ?? .max
        let oldestMs = min(kept.first?.event.timeMs ?? .max, news)
        guard oldestMs < horizonMs - slackMs else { return }
        // Its results must have gone out: what waits for a fold waits here too.
        if try dirty.contains(customer) || hasDeadlinePassed(customer) {
            sweepLeavesMs = min(sweepLeavesMs, oldestMs)
            return
        }
        var old = Array(kept.prefix { $0.event.timeMs < horizonMs })
        context.journeyFold.sort(&old)
        let base = walk.fold(away: old.map(\.event), restocks, cutMs: horizonMs)
        rows[JourneyRows.base(customer)] = .some(try base.bytes())
        for held in old {
            rewrite(held.folded, customer)
            totals.folded += 1
        }
        totals.changed = true
        if due.contains(customer), let it = hot[customer] { profiles[customer] = try draft(customer, it) }
        hot.remove(customer)
    }
}

extension Held {
    /// Without its content.
    fileprivate var folded: Held {
        var held = self
        held.isFolded = true
        held.event.properties = PackedProperties()
        held.event.rest = .object([])
        held.event.traits = .object([])
        return held
    }
}
