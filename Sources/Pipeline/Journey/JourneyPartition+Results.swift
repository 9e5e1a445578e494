// SPDX-License-Identifier: Apache-2.0
package import Digests
internal import Journeys
internal import Touchpoints

/// One result that an event causes.
package struct CausedResult {
    package var id: Hash128
    package var kind: ResultKind
    /// The event's time, or the alert's.
    package var timeMs: Int64
    /// The `data` member with revision 1.
    var bytes: [UInt8]

    /// The `data` member with this revision.
    package func data(_ revision: Int) -> [UInt8] { bytes.withRevision(revision) }
}

extension [UInt8] {
    private static let first = Array("\"revision\":1}".utf8)

    /// An object whose last member says revision 1, with another revision.
    func withRevision(_ revision: Int) -> [UInt8] {
        if revision == 1 || count < Self.first.count { return self }
        var out = self
        out.removeLast(2)
        out += String(revision).utf8
        out.append(0x7d)
        return out
    }

    /// An object whose last member says a revision, with revision 1.
    var withFirstRevision: [UInt8] {
        let end = dropLast().lastIndex { !(0x30...0x39).contains($0) } ?? 0
        guard self[...end].suffix(Self.first.count - 2).elementsEqual(Self.first.dropLast(2)) else { return self }
        return self[...end] + Self.first.suffix(2)
    }
}

/// A customer's profile, as of its last fold.
struct ProfileDraft {
    var lastSeenMs: Int64
    var realm: String
    /// The `data` member with revision 1.
    var bytes: [UInt8]
}

/// What readers were told of a customer's profile.
struct ProfileHead: Equatable {
    enum State: Equatable {
        case told(Hash128)
        /// `merged_into` stands under the id.
        case merged(Hash128)
        case nothing
    }

    var revision: Int
    var state: State
    var realm = "default"
}

/// From events to results, and from results to the difference that goes out: the distributed protocol's rules 7 and 8.
extension JourneyPartition {
    /// Emits the difference between what this event has caused to be emitted and what it should, under a customer's key.
    /// - Returns: whether there was any.
    @discardableResult
    func settle(
        _ held: inout Held,
        wanted: [CausedResult],
        customer: Hash128,
        into transaction: inout Transaction
    ) -> Bool {
        var isChanged = false
        for index in held.emitted.indices where held.emitted[index].state != .retracted {
            if wanted.contains(where: { $0.id == held.emitted[index].id }) { continue }
            retract(&held.emitted[index], of: held.event, customer, into: &transaction)
            isChanged = true
        }
        return tell(wanted, of: &held, customer, into: &transaction) || isChanged
    }

    /// Takes back those of an event's results that have these ids.
    /// - Returns: whether there was any.
    func retract(
        _ ids: [Hash128],
        of held: inout Held,
        _ customer: Hash128,
        into transaction: inout Transaction
    ) -> Bool {
        var isChanged = false
        for index in held.emitted.indices where held.emitted[index].state != .retracted {
            guard ids.contains(held.emitted[index].id) else { continue }
            retract(&held.emitted[index], of: held.event, customer, into: &transaction)
            isChanged = true
        }
        return isChanged
    }

    /// Tells those of an event's results that readers have not been told in this form.
    /// - Returns: whether there was any.
    func tell(
        _ wanted: [CausedResult],
        of held: inout Held,
        _ customer: Hash128,
        into transaction: inout Transaction
    ) -> Bool {
        var isChanged = false
        for result in wanted {
            let content = Self.contentHash(result.kind.rawValue, customer, result.bytes)
            let index = held.emitted.firstIndex { $0.id == result.id } ?? held.emitted.count
            if index == held.emitted.count {
                held.emitted.append(Emitted(id: result.id, kind: result.kind, revision: 0, state: .retracted))
            }
            if held.emitted[index].state == .told(content) { continue }
            if case .told(let before) = held.emitted[index].state { totals.digest.remove(before) }
            if held.emitted[index].state == .retracted { totals.count(result.kind, 1) }
            held.emitted[index].revision += 1
            held.emitted[index].state = .told(content)
            totals.digest.add(content)
            totals.changed = true
            isChanged = true
            emit(result, held.emitted[index].revision, held.event, customer, into: &transaction)
        }
        return isChanged
    }

    private func retract(
        _ told: inout Emitted,
        of event: Touchpoint,
        _ customer: Hash128,
        into transaction: inout Transaction
    ) {
        if case .told(let before) = told.state { totals.digest.remove(before) }
        totals.count(told.kind, -1)
        totals.changed = true
        told.revision += 1
        told.state = .retracted
        var json = JSONWriter(capacity: 64)
        json.beginObject()
        json.member("cause")
        json.string(event.id)
        json.member("revision")
        json.int(Int64(told.revision))
        json.member("retracted")
        json.bool(true)
        json.endObject()
        append(
            told.kind.topic,
            told.kind.type,
            told.id,
            event.timeMs,
            customer,
            event.realm,
            json.bytes,
            isRetraction: true,
            into: &transaction
        )
    }

    private func emit(
        _ result: CausedResult,
        _ revision: Int,
        _ event: Touchpoint,
        _ customer: Hash128,
        into transaction: inout Transaction
    ) {
        append(
            result.kind.topic,
            result.kind.type,
            result.id,
            result.timeMs,
            customer,
            event.realm,
            result.data(revision),
            into: &transaction
        )
    }

    private func append(
        _ topic: Topic,
        _ type: String,
        _ id: Hash128,
        _ timeMs: Int64,
        _ customer: Hash128,
        _ realm: String,
        _ data: [UInt8],
        isRetraction: Bool = false,
        into transaction: inout Transaction
    ) {
        let subject = customer == .zero ? nil : customer
        var attributes = EventAttributes(id: id, type: type, timeMs: timeMs, subject: subject, realm: realm)
        attributes.isRetraction = isRetraction
        transaction.append(topic, hexKey: subject ?? id, value: data, attributes: attributes)
    }

    private static let profileKind: UInt8 = 0

    private static func contentHash(_ kind: UInt8, _ customer: Hash128, _ data: [UInt8]) -> Hash128 {
        var sha = SHA256()
        sha.update(kind)
        sha.update(customer)
        sha.update(data)
        return sha.hash128()
    }

    /// The only result of an event that is nobody's: its touchpoint record, without subject.
    func settleNobodys(_ held: inout Held, into transaction: inout Transaction) {
        let wanted =
            context.settings.emitsTimeline ? [context.touchpointResult(held.event, mood: nil, isHub: true)] : []
        settle(&held, wanted: wanted, customer: .zero, into: &transaction)
    }

    // MARK: profiles

    /// Tells the profiles that wait, at most once in the interval; at the end of a bounded run all. Some with each commit.
    func tellProfiles(nowMs: Int64, into transaction: inout Transaction) throws {
        if telling.isEmpty {
            let isTime = profilesToldMs == .min || nowMs - profilesToldMs >= context.settings.profileIntervalMs
            guard !due.isEmpty, endMs != nil || (isTime && !context.settings.foldsAtEnd) else { return }
            profilesToldMs = nowMs
            telling = due.filter { !dirty.contains($0) }.sorted()[...]
        }
        let next = telling.prefix(context.settings.profilesPerCommitMax)
        telling = telling.dropFirst(next.count)
        // Whoever is to be folded again meanwhile is told of after that.
        for customer in next where due.contains(customer) && !dirty.contains(customer) {
            let past = profiles.removeValue(forKey: customer)
            let profile = try hot[customer].map { try draft(customer, $0) } ?? past
            try tell(customer, profile, into: &transaction)
            rows[JourneyRows.due(customer)] = .some(nil)
            due.remove(customer)
        }
    }

    private func tell(_ customer: Hash128, _ draft: ProfileDraft?, into transaction: inout Transaction) throws {
        var head = try head(customer)
        let before = head
        if let draft {
            let content = Self.contentHash(Self.profileKind, customer, draft.bytes)
            guard head.state != .told(content) else { return }
            if case .told(let old) = head.state { totals.digest.remove(old) } else { totals.customers += 1 }
            totals.digest.add(content)
            head = ProfileHead(revision: head.revision + 1, state: .told(content), realm: draft.realm)
            let data = draft.bytes.withRevision(head.revision)
            tell(customer, draft.lastSeenMs, draft.realm, data, into: &transaction)
        } else {
            guard case .told(let old) = head.state else { return }
            totals.digest.remove(old)
            totals.customers -= 1
            head.revision += 1
            let owner = try map(of: customer)?.spans.last?.customer
            head.state = owner.map { .merged($0) } ?? .nothing
            try tellMerged(customer, head, into: &transaction)
        }
        totals.changed = true
        if head != before {
            var writer = ByteWriter()
            writer.profileHead(head)
            rows[JourneyRows.head(customer)] = .some(writer.bytes)
        }
    }

    private func tell(
        _ customer: Hash128,
        _ timeMs: Int64,
        _ realm: String,
        _ data: [UInt8]?,
        isMerged: Bool = false,
        into transaction: inout Transaction
    ) {
        var attributes = EventAttributes(
            id: customer,
            type: "tabiji.profile",
            timeMs: timeMs,
            subject: customer,
            realm: realm
        )
        attributes.isRetraction = data == nil || isMerged
        transaction.append(.profiles, hexKey: customer, value: data, attributes: attributes)
    }

    private func tellMerged(_ customer: Hash128, _ head: ProfileHead, into transaction: inout Transaction) throws {
        let atMs = max(watermarkMs, 0)
        guard case .merged(let into) = head.state else {
            return tell(customer, atMs, head.realm, nil, into: &transaction)
        }
        var json = JSONWriter(capacity: 96)
        json.beginObject()
        json.member("merged_into")
        json.hex(into)
        json.member("revision")
        json.int(Int64(head.revision))
        json.endObject()
        tell(customer, atMs, head.realm, json.bytes, isMerged: true, into: &transaction)
        var key = ByteWriter(capacity: 25)
        key.byte(UInt8(ascii: "x"))
        key.sortable(atMs + context.settings.mergedForMs)
        key.hash(customer)
        rows[key.bytes] = .some([])
    }

    /// After a week of watermark nothing stands under a merged customer's old id.
    func expireMerged(into transaction: inout Transaction) throws {
        guard watermarkMs > .min, endMs == nil else { return }
        var expired: [[UInt8]] = []
        try state.scan(prefix: [UInt8(ascii: "x")]) { key, _ in
            var reader = ByteReader(key, 1..<key.count)
            guard try reader.sortable() <= self.watermarkMs else { return false }
            if self.rows[key] == nil { expired.append(key) }
            return true
        }
        for key in expired {
            rows[key] = .some(nil)
            let customer = Hash128(bytes: key, at: 9)
            let head = try head(customer)
            guard case .merged = head.state else { continue }
            tell(customer, watermarkMs, head.realm, nil, into: &transaction)
            rows[JourneyRows.head(customer)] = .some(nil)
        }
    }

    private func head(_ customer: Hash128) throws -> ProfileHead {
        guard let row = try row(JourneyRows.head(customer)) else { return ProfileHead(revision: 0, state: .nothing) }
        var reader = ByteReader(row)
        return try reader.profileHead()
    }
}

extension ByteWriter {
    mutating func profileHead(_ head: ProfileHead) {
        count(head.revision)
        switch head.state {
        case .nothing: byte(0)
        case .told(let content):
            byte(1)
            hash(content)
        case .merged(let into):
            byte(2)
            hash(into)
        }
        if head.realm != "default" { text(head.realm) }
    }
}

extension ByteReader {
    mutating func profileHead() throws(PackedError) -> ProfileHead {
        let revision = try number()
        let state: ProfileHead.State =
            switch try byte() {
            case 0: .nothing
            case 1: .told(try hash())
            case 2: .merged(try hash())
            default: throw .malformed
            }
        return ProfileHead(revision: revision, state: state, realm: isAtEnd ? "default" : try text())
    }
}
