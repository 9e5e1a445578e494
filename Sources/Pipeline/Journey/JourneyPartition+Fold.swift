// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Journeys
internal import Touchpoints

/// Folds: a customer whose events changed is folded once in a commit, from the newest checkpoint before the first change.
extension JourneyPartition {
    /// Folds customers whose events changed, a bounded number, and lets the differences go out.
    func foldDirty(into transaction: inout Transaction) throws {
        if context.settings.foldsAtEnd, endMs == nil { return }
        try hot.trim { customer, it in
            if due.contains(customer) { profiles[customer] = try draft(customer, it) }
        }
        let next = dirty.next(context.settings.foldsPerCommitMax)
        for customer in next.sorted() {
            try fold(customer, into: &transaction)
            folds += 1
        }
        dirty.removeFirst(next.count)
    }

    private func fold(_ customer: Hash128, into transaction: inout Transaction) throws {
        let restocks = restocks
        let change = hot.takeChange(of: customer)
        if let it = hot[customer], it.suspended != nil {
            if change.brokenMs == nil { return try goOn(suspended: it, change, customer, into: &transaction) }
            hot.remove(customer)
        }
        let known = hot.find(customer)
        let it = try known ?? HotCustomer(walk(of: customer))
        var timeline: [Held]
        let base: Walk.Base
        if known == nil {
            base = .start
            timeline = try self.timeline(customer, after: it.lend { $0.last(base) })
        } else {
            timeline = try change.placed.sorted().compactMap { try held(customer, $0) }
            let first = timeline.map { context.journeyFold.rulebook.place(of: $0.event) }.min()
            base = it.lend {
                $0.base(first: first, brokenMs: change.brokenMs, restocks, untilMs: watermarkMs)
            }
            if base != .end { timeline = try self.timeline(customer, after: it.lend { $0.last(base) }) }
        }
        context.journeyFold.sort(&timeline)
        let (eventsTo, eventsBefore) = it.lend { ($0.events(base), $0.eventsBefore) }
        let count = eventsTo + timeline.count
        guard count > 0 else {
            hot.remove(customer)
            profiles[customer] = nil
            try resume(customer)
            return try unwatch(customer)
        }
        if count - eventsBefore > context.settings.touchpointsMax {
            return try suspend(customer, into: &transaction)
        }
        if known == nil { try resume(customer) }
        let isLast = endMs != nil
        let step = it.lend {
            $0.go(
                from: base,
                timeline.map { $0.event },
                restocks,
                untilMs: watermarkMs,
                keepsCheckpoints: !isLast
            )
        }
        try settle(timeline, step, customer, into: &transaction)
        if known == nil {
            let unsettled = it.lend { $0.unsettled }
            if !unsettled.isEmpty { try settle(unsettled, step, customer, into: &transaction) }
        }
        if isLast {
            hot.remove(customer)
            profiles[customer] = try draft(customer, it)
        } else {
            profiles[customer] = nil
            if known == nil { hot.insert(it, customer) } else { hot.use(it) }
            try watch(customer, step)
        }
    }

    /// Lets go out how results differ: of the events taken, and of earlier ones whose alerts have changed.
    private func settle(
        _ timeline: [Held],
        _ step: WalkStep,
        _ customer: Hash128,
        into transaction: inout Transaction
    ) throws {
        for (index, held) in timeline.enumerated() {
            var held = held
            var wanted = step.transitions(index).map { context.journeyFold.result($0) }
            if context.journeyFold.emitsAlerts {
                wanted += step.alerts(causedBy: held.event.key).map { context.journeyFold.result($0) }
            }
            if context.settings.emitsTimeline {
                wanted.append(context.touchpointResult(held.event, mood: step.events[index].mood, isHub: false))
            }
            if wanted.isEmpty, held.emitted.isEmpty { continue }
            if settle(&held, wanted: wanted, customer: customer, into: &transaction) { rewrite(held, customer) }
        }
        guard context.journeyFold.emitsAlerts else { return }
        for earlier in step.elsewhere {
            let place = TouchKey(timeMs: earlier.timeMs, key: earlier.cause)
            guard var held = try held(customer, place) else { continue }
            let wanted = earlier.alerts.map { context.journeyFold.result($0) }
            let isGone = retract(earlier.gone, of: &held, customer, into: &transaction)
            let isTold = tell(wanted, of: &held, customer, into: &transaction)
            if isGone || isTold { rewrite(held, customer) }
        }
    }

    /// A customer's profile as of its last fold.
    func draft(_ customer: Hash128, _ it: HotCustomer) throws -> ProfileDraft? {
        if let suspended = it.suspended { return try draft(customer, suspended) }
        let (found, notes) = it.lend { ($0.profile, $0.notes) }
        guard let profile = found else { return nil }
        return ProfileDraft(
            lastSeenMs: profile.lastSeenMs,
            realm: notes.realm,
            bytes: context.profileData(
                profile,
                identifiers: try identifiers(of: customer, notes.ownName),
                consent: notes.consent ?? context.rules.consentDefault,
                revision: 1
            )
        )
    }

    /// The identifier that a customer is named by, as a map's record told it.
    func setOwnName(_ name: Identifier) throws {
        let key = JourneyRows.ownName(name.hash)
        guard try row(key) == nil else { return }
        var writer = ByteWriter(capacity: 24)
        writer.identifier(name)
        rows[key] = .some(writer.bytes)
    }

    private func ownName(of customer: Hash128) throws -> Identifier? {
        guard let row = try row(JourneyRows.ownName(customer)) else { return nil }
        var reader = ByteReader(row)
        return try reader.identifier()
    }

    /// The identifiers whose ownership map names the customer in any span; its own, while nobody has decided about it.
    func identifiers(of customer: Hash128, _ own: Identifier?) throws -> [Identifier] {
        var found: [Hash128: Identifier] = [:]
        func add(_ identifier: Hash128) throws {
            guard let map = try map(of: identifier) else { return }
            if map.spans.contains(where: { $0.customer == customer }) { found[identifier] = map.identifier }
        }
        try state.scan(prefix: JourneyRows.named(customer)) { key, _ in
            try add(Hash128(bytes: key, at: 17))
            return true
        }
        for (identifier, isNamed) in named[customer] ?? [:] where isNamed { try add(identifier) }
        if found[customer] == nil, try map(of: customer) == nil, let own = try own ?? ownName(of: customer) {
            found[customer] = own
        }
        return found.values.sorted { $0.hash < $1.hash }
    }
}
