// SPDX-License-Identifier: Apache-2.0
public import Configuration
internal import Digests
internal import Foundation
internal import Identity
internal import Touchpoints

/// Who is who in recorded events: intake and identity alone, in memory, touching nothing. Values are kept in plain, for it
/// is the owner of the recording who asks.
public final class IdentityReplay {
    let rules: IdentityRules
    private let intake: IntakeEngine
    private var engines: [String: IdentityEngine] = [:]
    private let take: (Touchpoint) -> Void
    /// Rules by the ids of the refusals that stand.
    private var standing: [Hash128: String] = [:]
    /// What control records forget: identifiers, in closed spans of event time.
    private var forgotten: [Hash128: [ClosedRange<Int64>]] = [:]

    /// - Parameters:
    ///   - rules: those of the configuration, or others to be tried.
    ///   - trustsFiles: control records of files that are read as no topic's count.
    ///   - take: told of each accepted event, repeats included, broadcasts apart.
    init(
        _ configuration: TabijiConfiguration,
        rules: IdentityRules,
        files: [String: InputSource],
        trustsFiles: Bool,
        take: @escaping (Touchpoint) -> Void = { _ in }
    ) {
        var plain = rules
        plain.showsPlainIdentifiers = true
        self.rules = plain
        self.take = take
        var plan = RolePlan(configuration, partitions: 1)
        plan.rules = plain
        plan.decoding.trustsFiles = trustsFiles
        plan.routing.observationBucketMs = plain.observationBucketMs
        plan.files = files
        intake = IntakeEngine(context: plan.intakeContext)
    }

    /// Reads sources from their beginning to their end.
    ///
    /// - Parameter nowMs: what no event time may lie far beyond.
    public static func read(
        _ configuration: TabijiConfiguration,
        _ sources: [ReplayOptions.Source],
        trustsFiles: Bool,
        nowMs: Int64,
        progress: (ReplayProgress) -> Void
    ) throws -> IdentityReplay {
        let reader = SourceReader(configuration: configuration, sources: sources, boundMs: nowMs)
        let replay = IdentityReplay(
            configuration,
            rules: configuration.identity,
            files: reader.files,
            trustsFiles: trustsFiles
        )
        try replay.apply(reader.forgotten())
        try reader.forEach { batch in
            try replay.feed(batch)
            progress(ReplayProgress(records: replay.counts.read, accepted: replay.counts.accepted))
        }
        return replay
    }

    var counts: IntakeCounts { intake.counts }

    func apply(_ forgotten: [ForgottenRecord]) {
        for record in forgotten { apply([record.input], realm: record.realm) }
    }

    func feed(_ batch: RecordBatch) throws {
        var transaction = Transaction()
        try intake.process(batch, nowMs: 0, into: &transaction)
        _ = intake.prepare(nowMs: 0, into: &transaction)
        intake.committed()
        for append in transaction.appends {
            guard let value = append.value else { continue }
            var reader = ByteReader(transaction.bytes, value)
            if append.topic == .links, let key = append.key {
                _ = try reader.byte()
                var inputs: [IdentityInput] = []
                while !reader.isAtEnd { inputs.append(try reader.identityInput()) }
                apply(inputs, realm: String(decoding: transaction.bytes[key], as: UTF8.self))
            } else if append.topic == .inbox, case .event(let held, _) = try reader.journeyRecord() {
                take(held.event)
            }
        }
    }

    private func apply(_ inputs: [IdentityInput], realm: String) {
        let changes = engines[realm, default: IdentityEngine(rules: rules, realm: realm)].apply(inputs)
        for record in changes.forgets where record.fromMs <= record.toMs {
            forgotten[record.identifier.hash, default: []].append(record.fromMs...record.toMs)
        }
        for decision in changes.decisions where decision.kind == .refused {
            standing[decision.id] = decision.isRetracted ? nil : decision.rule
        }
    }

    /// Whether an event is forgotten that names an identifier at a time.
    func isForgotten(_ name: Hash128, _ timeMs: Int64) -> Bool {
        forgotten[name]?.contains { $0.contains(timeMs) } ?? false
    }

    var forgets: Bool { !forgotten.isEmpty }

    /// Links that stand refused, by rule.
    var refusals: [String: Int] { standing.values.reduce(into: [:]) { $0[$1, default: 0] += 1 } }

    /// Asks the engine of a realm; nil where it was not met.
    func with<Answer>(_ realm: String, _ body: (inout IdentityEngine) -> Answer) -> Answer? {
        guard var engine = engines.removeValue(forKey: realm) else { return nil }
        defer { engines[realm] = engine }
        return body(&engine)
    }

    /// The story of whom a question is about; nil: never met.
    public func story(_ question: IdentityQuestion) -> IdentityStory? {
        for hash in question.hashes {
            let found = with(question.realm) { engine in
                StoryWriter(rules: rules, realm: question.realm).story(of: hash, &engine)
            }
            if let story = found ?? nil { return story }
        }
        return nil
    }
}
