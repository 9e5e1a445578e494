// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Identity
internal import Touchpoints

/// The identity role: the identity log in; ownership maps, forget records and decisions out. The only writer of maps (rule 3).
final class IdentityRole: RoleEngine {
    private let rules: IdentityRules
    /// Partitions of moves.
    private let journeyPartitions: Int32
    /// Told of each committed map.
    private let owners: OwnerView?
    private let decisions: DecisionWriter
    /// Of the rules at hand.
    private let print: IdentityPrint
    private let agreed: () -> Void
    /// Identifiers that one commit looks at, of those that other rules count for anew.
    private let reckonsPerCommitMax: Int
    /// How far the watermark stays behind, and the horizon behind it; nil: there is none.
    private let outOfOrdernessMs: Int64
    private let latenessMs: Int64?
    /// What the watermark follows from.
    private var sources: [Int32: SourceTimes] = [:]
    /// Maps that one commit tells, and how many more this one may.
    private let mapsPerCommitMax: Int
    private var room: Int
    /// What the rows of partitions say that they are made by.
    private var signed: [Int32: IdentityPrint] = [:]
    /// Partitions made by other rules: what has been reckoned anew, of realms in their order.
    private var reckonings: [Int32: (realms: ArraySlice<String>, next: Int)] = [:]
    private var engines: [Int32: [String: IdentityEngine]] = [:]
    private var fresh: [OwnershipMap] = []

    /// - Parameter agreed: told when a partition opens whose state was made by these rules, or can go on with them.
    init(_ plan: RolePlan, owners: OwnerView?, agreed: @escaping () -> Void = {}) {
        self.agreed = agreed
        rules = plan.rules
        journeyPartitions = plan.journey.partitions
        reckonsPerCommitMax = plan.journey.reckonsPerCommitMax
        outOfOrdernessMs = plan.journey.outOfOrdernessMs
        latenessMs = plan.journey.latenessMs
        mapsPerCommitMax = plan.journey.mapsPerCommitMax
        room = mapsPerCommitMax
        self.owners = owners
        decisions = DecisionWriter(rules: rules)
        print = IdentityPrint(rules, hasher: plan.hasher)
    }

    func open(partition: Int32, state: any StateReader) throws {
        guard engines[partition] == nil else { return }
        var realms: [String: IdentityEngine] = [:]
        let made = try state.get(IdentityPrint.key).map { try IdentityPrint(packed: $0) }
        let changed = try made.map { made in
            try print.differences(from: made) { realm in
                var prefix = ByteWriter()
                prefix.text(realm)
                var found = false
                try state.scan(prefix: prefix.bytes) { _, _ in
                    found = true
                    return false
                }
                return found
            }
        }
        if let changed, !changed.isEmpty { throw IdentityRulesError(changed: changed) }
        agreed()
        var sources = SourceTimes()
        try state.scan(prefix: []) { key, value in
            if key == IdentityPrint.key { return true }
            if key.starts(with: Self.sourceKey) {
                try sources.load(String(decoding: key.dropFirst(Self.sourceKey.count), as: UTF8.self), value)
                return true
            }
            var reader = ByteReader(key)
            let realm = try reader.text()
            try realms[realm, default: IdentityEngine(rules: self.rules, realm: realm)]
                .load(key: Array(key[reader.offset...]), value: value)
            return true
        }
        engines[partition] = realms
        self.sources[partition] = sources
        signed[partition] = made
        if let made, made != print { reckonings[partition] = (realms.keys.sorted()[...], 0) }
    }

    func close(partition: Int32) {
        engines[partition] = nil
        sources[partition] = nil
        signed[partition] = nil
        reckonings[partition] = nil
    }

    func process(_ batch: RecordBatch, nowMs: Int64, into transaction: inout Transaction) throws {
        var inputs: [Int32: [String: [IdentityInput]]] = [:]
        for record in batch.records {
            guard let value = record.value else { continue }
            guard let key = record.key else {
                try tick(ByteReader(batch.bytes, value), record.partition, into: &transaction)
                continue
            }
            var reader = ByteReader(batch.bytes, value)
            let format = try reader.byte()
            guard format <= LinkWriter.format else { throw PackedError.newerFormat(format) }
            let realm = String(decoding: batch.bytes[key], as: UTF8.self)
            while !reader.isAtEnd {
                inputs[record.partition, default: [:]][realm, default: []].append(try reader.identityInput())
            }
        }
        for (partition, realms) in inputs.sorted(by: { $0.key < $1.key }) {
            for (realm, inputs) in realms.sorted(by: { $0.key < $1.key }) {
                let changes = engines[partition, default: [:]][
                    realm,
                    default: IdentityEngine(rules: rules, realm: realm)
                ]
                .apply(inputs, mapsMax: room)
                publish(changes, realm: realm, partition: partition, into: &transaction)
            }
        }
    }

    /// Tells some more of what one commit had no room for. Every commit of it is whole: what was told stands, and the
    /// rows say that there is more.
    func prepare(nowMs: Int64, into transaction: inout Transaction) -> Bool {
        var isMore = false
        // By keys, here and below: a copy of the engines that lives on would make each change copy all that they hold.
        for partition in engines.keys.sorted() {
            let waiting = engines[partition]?.compactMap { $0.value.hasMore ? $0.key : nil } ?? []
            for realm in waiting.sorted() {
                guard var engine = engines[partition]?.removeValue(forKey: realm) else { continue }
                let changes = engine.tell(mapsMax: room)
                isMore = isMore || engine.hasMore
                engines[partition]?[realm] = engine
                publish(changes, realm: realm, partition: partition, into: &transaction)
            }
        }
        reckon(into: &transaction)
        moveHorizon(into: &transaction)
        return isMore
    }

    private func publish(
        _ changes: IdentityChanges,
        realm: String,
        partition: Int32,
        into transaction: inout Transaction
    ) {
        room -= changes.maps.count
        for change in changes.maps {
            transaction.append(.owners, key: change.map.identifier.hash.bytes, value: OwnerRecord.bytes(change.map))
            var record = ByteWriter()
            let before = Set(change.previous.compactMap(\.customer)).sorted()
            record.journeyRecord(.map(change.map, before: before, owners: change.owners))
            let homes = Set(change.customers.map(home))
            for home in homes.sorted() {
                transaction.append(.moves, partition: home, key: change.map.identifier.hash.bytes, value: record.bytes)
            }
            fresh.append(change.map)
        }
        for forgotten in changes.forgets {
            var record = ByteWriter()
            record.journeyRecord(.forget(forgotten.identifier, fromMs: forgotten.fromMs, toMs: forgotten.toMs))
            for home in 0..<journeyPartitions {
                transaction.append(.moves, partition: home, key: forgotten.identifier.hash.bytes, value: record.bytes)
            }
            let lasting = ForgottenRecord(realm: realm, forgotten: forgotten)
            transaction.append(.forgotten, key: lasting.key, value: lasting.packed)
        }
        for decision in changes.decisions { decisions.append(decision, realm: realm, into: &transaction) }
        if !changes.isEmpty { sign(partition, into: &transaction) }
        var prefix = ByteWriter()
        prefix.text(realm)
        for row in changes.rows {
            transaction.change(partition: partition, key: prefix.bytes + row.key, value: row.value)
        }
    }

    /// The story of the first of some hashes that an engine here has met; nil: none of them.
    func story(of hashes: [Hash128], realm: String) -> IdentityStory? {
        for partition in engines.keys.sorted() {
            guard var engine = engines[partition]?.removeValue(forKey: realm) else { continue }
            defer { engines[partition]?[realm] = engine }
            let writer = StoryWriter(rules: rules, realm: realm)
            for hash in hashes {
                if let story = writer.story(of: hash, &engine) { return story }
            }
        }
        return nil
    }

    private func home(_ customer: Hash128) -> Int32 { Murmur2.partition(of: customer.bytes, count: journeyPartitions) }

    // MARK: - Time

    /// Rows of sources: before the name. No realm's rows begin so: an empty realm, which no event has.
    private static let sourceKey = [0, UInt8(ascii: "s")]

    private func tick(_ record: ByteReader, _ partition: Int32, into transaction: inout Transaction) throws {
        var reader = record
        guard case .tick(let source, let timeMs, _) = try reader.journeyRecord() else { throw PackedError.malformed }
        guard let row = sources[partition, default: SourceTimes()].take(source, timeMs) else { return }
        transaction.change(partition: partition, key: Self.sourceKey + Array(source.utf8), value: row)
    }

    /// What is older than the watermark by the lateness, and a sixteenth of it for partitions whose watermark is behind
    /// this one's, stands for good. The horizon moves by as much at a time.
    private func moveHorizon(into transaction: inout Transaction) {
        guard let latenessMs else { return }
        let stepMs = latenessMs / 16
        var left = reckonsPerCommitMax
        for partition in engines.keys.sorted() where reckonings[partition] == nil {
            let watermarkMs = sources[partition]?.watermarkMs(behindMs: outOfOrdernessMs) ?? .min
            let toMs = watermarkMs > .min + 2 * latenessMs ? watermarkMs - latenessMs - stepMs : .min
            for realm in engines[partition]?.keys.sorted() ?? [] {
                let (horizonMs, isSweeping) = (
                    engines[partition]?[realm]?.horizonMs, engines[partition]?[realm]?.isSweeping == true
                )
                let isDue = toMs > .min && horizonMs.map { toMs >= $0 + stepMs } ?? true
                guard left > 0, isDue || isSweeping,
                    var engine = engines[partition]?.removeValue(forKey: realm)
                else { continue }
                if isDue { engine.beginHorizon(atMs: toMs) }
                if engine.isSweeping {
                    publish(engine.sweep(most: left), realm: realm, partition: partition, into: &transaction)
                    left = 0
                }
                engines[partition]?[realm] = engine
            }
        }
    }

    /// What the engines here hold, for the status.
    var held: (identifiers: Int, observations: Int, tooLate: Int) {
        engines.values.lazy.flatMap(\.values).reduce((0, 0, 0)) { sum, engine in
            (sum.0 + engine.identifierCount, sum.1 + engine.observationCount, sum.2 + engine.tooLateCount)
        }
    }

    // MARK: - Other rules

    /// What rows were made by is told with the first of them. While some are left of other rules, or are still to be
    /// told, it is no rules' print: whoever opens them next reckons all anew, even if the other rules came back.
    private func sign(_ partition: Int32, into transaction: inout Transaction) {
        let isOpen = reckonings[partition] != nil || engines[partition]?.values.contains(where: \.hasMore) == true
        let made = isOpen ? print.unfinished : print
        guard signed[partition] != made else { return }
        signed[partition] = made
        transaction.change(partition: partition, key: IdentityPrint.key, value: made.packed)
    }

    /// Reckons some more identifiers by rules that the rows were not made by. A crash begins it anew: what has been told
    /// by then is no difference any more.
    private func reckon(into transaction: inout Transaction) {
        var left = min(reckonsPerCommitMax, room)
        for partition in reckonings.keys.sorted() {
            guard var (realms, next) = reckonings[partition] else { continue }
            while left > 0, let realm = realms.first, var engine = engines[partition]?.removeValue(forKey: realm) {
                let end = min(next + left, engine.identifierCount)
                let changes = engine.reckon(next..<end)
                left -= end - next
                next = end
                if end == engine.identifierCount { (realms, next) = (realms.dropFirst(), 0) }
                engines[partition]?[realm] = engine
                publish(changes, realm: realm, partition: partition, into: &transaction)
            }
            reckonings[partition] = realms.isEmpty ? nil : (realms, next)
            if realms.isEmpty { sign(partition, into: &transaction) }
        }
    }

    func committed() {
        room = mapsPerCommitMax
        for map in fresh { owners?.learn(map) }
        fresh.removeAll(keepingCapacity: true)
    }

    func reset() {
        room = mapsPerCommitMax
        fresh.removeAll()
    }

    func isDue(nowMs: Int64) -> Bool {
        !reckonings.isEmpty || engines.values.contains { $0.values.contains(where: \.isSweeping) }
    }
    func caughtUp(nowMs: Int64) {}
}
