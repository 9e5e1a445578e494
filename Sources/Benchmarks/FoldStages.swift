// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Digests
internal import Foundation
internal import Journeys
internal import Touchpoints

/// The journeys engine alone: one customer's kept walk takes events one by one. Texts are not read.
struct FoldStages {
    /// Events that are measured in a pass, if there are as many.
    private static let eventsMeasured = 4_000
    private let configuration: TabijiConfiguration
    private let options: BenchmarkOptions

    init(_ configuration: TabijiConfiguration, _ options: BenchmarkOptions) {
        self.configuration = configuration
        self.options = options
    }

    // MARK: at the end

    /// Timelines of `length` events, each followed by as many as a fifth of them at the end.
    ///
    /// The generated events in the order of the walk, taken as one customer's.
    func atEnd(_ stage: Stage, length: Int, rulebook: Rulebook? = nil) throws -> StageResult {
        let book = rulebook ?? configuration.rulebook
        let further = max(5, length / 5)
        let pieces = max(1, Self.eventsMeasured / further)
        let events = try touchpoints(count: min(40_000, pieces * (length + further)), book)
        let starts = stride(from: 0, through: events.count - length - further, by: length + further)
        let timelines = starts.map { events[$0..<$0 + length + further] }
        return try StageResult(stage, units: timelines.count * further, passes: options.passes) {
            var walks = timelines.map { walk($0.prefix(length), book) }
            let none = Restocks([], book)
            return Sample.of {
                for (index, timeline) in timelines.enumerated() {
                    for event in timeline.dropFirst(length) { take(event, &walks[index], none, book) }
                }
            }
        }
    }

    /// With so many copies of each alert rule, under other names.
    func withRules(_ stage: Stage, times: Int) throws -> StageResult {
        try atEnd(stage, length: 100, rulebook: CopiedRules(of: configuration, times: times).rulebook())
    }

    // MARK: late

    func late() throws -> StageResult {
        let (length, back) = (1_000, 20)
        let book = configuration.rulebook
        let events = try touchpoints(count: length + 400, book)
        let none = Restocks([], book)
        let waiting = stride(from: length, to: events.count, by: back).map { end in
            let missing = end - back
            let known = events[..<missing] + events[(missing + 1)..<end]
            return (walk: walk(known, book), event: events[missing], timeline: events[..<end])
        }
        return try StageResult(.late, units: waiting.count * 20, passes: options.passes) {
            Sample.of {
                for _ in 0..<20 {
                    for (walk, event, timeline) in waiting {
                        var walk = walk
                        let untilMs = timeline.last?.timeMs ?? 0
                        let base = walk.base(first: book.place(of: event), brokenMs: nil, none, untilMs: untilMs)
                        let rest = timeline.dropFirst(walk.events(base))
                        _ = walk.go(from: base, Array(rest), none, untilMs: untilMs)
                    }
                }
            }
        }
    }

    // MARK: promises

    /// A wholesaler orders and gets something by turns while five thousand orders are on their way.
    func promises() throws -> StageResult {
        let (open, pairs) = (5_000, 500)
        let book = configuration.rulebook
        let none = Restocks([], book)
        let dayMs: Int64 = 86_400_000
        let startMs: Int64 = 1_772_000_000_000
        var atMs = startMs
        func next(_ type: String, _ order: Int) -> Touchpoint {
            atMs += 1_000
            let members: [Value.Member] = [
                .init("order_id", .string("w\(order)")), .init("promised_at", .int(startMs + 300 * dayMs + atMs % 977)),
                .init("revenue", .int(1_000)),
            ]
            return Touchpoint(
                key: SHA256.hash128(Array("\(type) \(order)".utf8)),
                content: .zero,
                timeMs: atMs,
                type: type,
                channel: type == "order_completed" ? "web" : "shipping",
                id: "\(type) \(order)",
                properties: PackedProperties(type == "order_completed" ? members : [members[0]])
            )
        }
        let before = (0..<open).map { next("order_completed", $0) }
        let after = (0..<pairs).flatMap { [next("order_completed", open + $0), next("order_delivered", $0)] }
        return try StageResult(.promises, units: after.count, passes: options.passes) {
            var walk = walk(before[...], book)
            return Sample.of { for event in after { take(event, &walk, none, book) } }
        }
    }

    // MARK: walks

    private func walk(_ events: ArraySlice<Touchpoint>, _ book: Rulebook) -> Walk {
        var walk = Walk(.zero, book)
        _ = walk.go(from: .start, Array(events), Restocks([], book), untilMs: events.last?.timeMs ?? 0)
        return walk
    }

    private func take(_ event: Touchpoint, _ walk: inout Walk, _ none: Restocks, _ book: Rulebook) {
        let base = walk.base(first: book.place(of: event), brokenMs: nil, none, untilMs: event.timeMs)
        _ = walk.go(from: base, [event], none, untilMs: event.timeMs)
    }

    /// Generated events in the order of the walk, each once.
    private func touchpoints(count: Int, _ book: Rulebook) throws -> [Touchpoint] {
        let workload = Workload(events: count + count / 8, seed: options.seed)
        let decoder = TouchpointDecoder(
            rules: configuration.identity,
            vocabulary: configuration.vocabulary,
            settings: configuration.intake,
            hasher: IdentifierHasher(key: configuration.identifierKey)
        )
        var events: [Hash128: Touchpoint] = [:]
        for line in workload.lines {
            let outcome = decoder.decode(workload.bytes, line, timestampMs: nil, topic: Workload.topic)
            if case .accepted(let accepted) = outcome { events[accepted.touchpoint.key] = accepted.touchpoint }
        }
        let sorted = events.values.sorted { book.place(of: $0) < book.place(of: $1) }
        guard sorted.count >= count else { throw BenchmarkFailure("\(sorted.count) events instead of \(count)") }
        return Array(sorted.prefix(count))
    }
}
