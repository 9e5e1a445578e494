// SPDX-License-Identifier: Apache-2.0
public import Configuration
internal import Digests
internal import Identity
public import Touchpoints

/// Recorded events under the rules as they are and under others, side by side, in memory, touching nothing.
///
/// Customers are compared by their events, not by their ids, which change with the strongest identifier. Whoever gets most
/// of a customer's events is its successor. A customer is split by what goes to somebody who succeeds nobody; events change
/// hands when they go to the successor of another; customers with one successor are merged.
public enum IdentitySimulation {
    /// - Parameters:
    ///   - rules: those to be tried.
    ///   - nowMs: what no event time may lie far beyond.
    public static func run(
        _ configuration: TabijiConfiguration,
        trying rules: IdentityRules,
        _ sources: [ReplayOptions.Source],
        trustsFiles: Bool,
        nowMs: Int64,
        progress: (ReplayProgress) -> Void
    ) throws -> RulesComparison {
        let reader = SourceReader(configuration: configuration, sources: sources, boundMs: nowMs)
        func side(_ rules: IdentityRules) -> Side {
            Side(configuration, rules: rules, files: reader.files, trustsFiles: trustsFiles)
        }
        let (now, then) = (side(configuration.identity), side(rules))
        let forgotten = try reader.forgotten()
        for side in [now, then] { side.replay.apply(forgotten) }
        try reader.forEach { batch in
            try now.replay.feed(batch)
            try then.replay.feed(batch)
            progress(ReplayProgress(records: now.replay.counts.read, accepted: now.replay.counts.accepted))
        }
        for side in [now, then] { side.forget() }
        var comparison = CustomerTable(now, then).comparison()
        comparison.deadletters = deadletters(now.replay.counts.deadletters, then.replay.counts.deadletters)
        comparison.findings = RulesCheck(now, then).findings()
        return comparison
    }

    private static func deadletters(_ now: [String: Int], _ then: [String: Int]) -> [String: RulesComparison.Both] {
        var found: [String: RulesComparison.Both] = [:]
        for (reason, count) in now { found[reason, default: .init()].now = count }
        for (reason, count) in then { found[reason, default: .init()].then = count }
        return found
    }

    /// The events under one set of rules.
    final class Side {
        let replay: IdentityReplay
        var ledger: EventLedger { book.ledger }
        private let book: Book

        private final class Book {
            var ledger = EventLedger()
        }

        init(
            _ configuration: TabijiConfiguration,
            rules: IdentityRules,
            files: [String: InputSource],
            trustsFiles: Bool
        ) {
            let book = Book()
            self.book = book
            replay = IdentityReplay(configuration, rules: rules, files: files, trustsFiles: trustsFiles) {
                book.ledger.take($0)
            }
        }

        /// Drops the events that control records have forgotten, wherever these stood.
        func forget() {
            if replay.forgets { book.ledger = book.ledger.without(replay.isForgotten) }
        }

        /// Whose an event is; nil: nobody's, for only hubs name it.
        func owner(_ number: Int32) -> Hash128? {
            let ledger = book.ledger
            let timeMs = ledger.entries[Int(number)].timeMs
            for place in ledger.names(of: number) {
                let name = ledger.names[Int(place)]
                guard let map = map(of: name) else { return name.identifier.hash }
                if let owner = map.owner(atMs: timeMs) { return owner }
            }
            return nil
        }

        /// Whose a name is at the end; nil: nobody's.
        func owner(of hash: Hash128) -> Hash128? {
            guard let name = book.ledger.name(hash), let map = map(of: name) else { return hash }
            return map.spans.last?.customer
        }

        private func map(of name: EventLedger.Name) -> OwnershipMap? {
            replay.with(name.realm) { $0.map(of: name.identifier.hash) } ?? nil
        }

        func party(_ customer: Hash128, events: Int) -> RulesComparison.Party {
            let name = book.ledger.name(customer)
            let writer = name.map { StoryWriter(rules: replay.rules, realm: $0.realm) }
            return .init(
                customer: customer.hex,
                identifier: name.flatMap { name in writer?.name(name.identifier) },
                events: events
            )
        }

        /// The decisions around a customer's strongest identifier, with what says why.
        func decisions(around customer: Hash128) -> (decisions: [IdentityDecision], writer: StoryWriter)? {
            guard let name = book.ledger.name(customer) else { return nil }
            let found = replay.with(name.realm) { $0.decisions(around: customer) } ?? []
            return (found, StoryWriter(rules: replay.rules, realm: name.realm))
        }
    }
}
