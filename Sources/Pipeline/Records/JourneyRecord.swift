// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

/// A record of the inbox or of moves: what a journey partition reads. Packed: format byte, kind byte, content.
public enum JourneyRecord: Sendable {
    /// An event for a customer of this partition; `.zero`: nobody's.
    case event(Held, customer: Hash128)
    /// The newest accepted event time of a source; `isLast`: nothing more comes, the watermark is exactly this.
    case tick(source: String, timeMs: Int64, isLast: Bool)
    /// A new ownership map, whom the one before it named, and the identifiers that its customers are named by.
    case map(OwnershipMap, before: [Hash128], owners: [Identifier])
    /// Events that name it in the closed span are gone.
    case forget(Identifier, fromMs: Int64, toMs: Int64)
    /// About nobody.
    case broadcast(Touchpoint)

    static let format: UInt8 = 1
}

extension ByteWriter {
    /// The record of an event, straight from its parts.
    mutating func eventRecord(_ held: Held, customer: Hash128) {
        byte(JourneyRecord.format)
        byte(1)
        hash(customer)
        self.held(held)
    }

    mutating func journeyRecord(_ record: JourneyRecord) {
        switch record {
        case .event(let held, let customer): eventRecord(held, customer: customer)
        case .tick(let source, let timeMs, let isLast):
            byte(JourneyRecord.format)
            byte(isLast ? 3 : 2)
            text(source)
            word64(UInt64(bitPattern: timeMs))
        case .map(let map, let before, let owners):
            byte(JourneyRecord.format)
            byte(4)
            ownershipMap(map)
            count(before.count)
            for customer in before { hash(customer) }
            count(owners.count)
            for owner in owners { identifier(owner) }
        case .forget(let identifier, let from, let to):
            byte(JourneyRecord.format)
            byte(5)
            self.identifier(identifier)
            word64(UInt64(bitPattern: from))
            word64(UInt64(bitPattern: to))
        case .broadcast(let event):
            byte(JourneyRecord.format)
            byte(6)
            touchpoint(event)
        }
    }
}

extension ByteReader {
    mutating func journeyRecord() throws(PackedError) -> JourneyRecord {
        let format = try byte()
        guard format <= JourneyRecord.format else { throw .newerFormat(format) }
        let kind = try byte()
        switch kind {
        case 1:
            let customer = try hash()
            return .event(try held(), customer: customer)
        case 2, 3:
            let source = try text()
            return .tick(source: source, timeMs: Int64(bitPattern: try word64()), isLast: kind == 3)
        case 4:
            let map = try ownershipMap()
            var before: [Hash128] = []
            for _ in 0..<(try count()) { before.append(try hash()) }
            var owners: [Identifier] = []
            for _ in 0..<(try count()) { owners.append(try identifier()) }
            return .map(map, before: before, owners: owners)
        case 5:
            let identifier = try identifier()
            let from = Int64(bitPattern: try word64())
            return .forget(identifier, fromMs: from, toMs: Int64(bitPattern: try word64()))
        case 6: return .broadcast(try touchpoint())
        default: throw .malformed
        }
    }
}
