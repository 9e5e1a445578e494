// SPDX-License-Identifier: Apache-2.0
import Digests
import TestSupport
import Testing
import Touchpoints

@testable import Pipeline

/// Packed records of the inbox, of moves and of the state: what is written is read, and no damage traps.
@Suite struct PackedRecordTests {
    @Test func `held events are read as they were written`() throws {
        var chance = SplitMix(seed: 1)
        for _ in 0..<500 {
            let held = RandomRecords.held(&chance)
            var writer = ByteWriter()
            writer.held(held)
            var reader = ByteReader(writer.bytes)
            #expect(try reader.held() == held)
            #expect(reader.isAtEnd)
        }
    }

    @Test func `records between partitions are read as they were written`() throws {
        var chance = SplitMix(seed: 2)
        for _ in 0..<500 {
            var writer = ByteWriter()
            writer.journeyRecord(RandomRecords.record(&chance))
            var reader = ByteReader(writer.bytes)
            var again = ByteWriter()
            again.journeyRecord(try reader.journeyRecord())
            #expect(reader.isAtEnd)
            #expect(again.bytes == writer.bytes)
        }
    }

    @Test func `the end of every record matters`() throws {
        var chance = SplitMix(seed: 3)
        for _ in 0..<60 {
            var writer = ByteWriter()
            writer.journeyRecord(RandomRecords.record(&chance))
            for count in 0..<writer.bytes.count {
                var reader = ByteReader(Array(writer.bytes.prefix(count)))
                #expect(throws: PackedError.self) { try reader.journeyRecord() }
            }
        }
    }

    @Test func `no damage traps: what can be read can be written again`() {
        var chance = SplitMix(seed: 4)
        var readable = 0
        for _ in 0..<20_000 {
            var writer = ByteWriter()
            writer.journeyRecord(RandomRecords.record(&chance))
            var bytes = writer.bytes
            for _ in 0..<chance.number(1..<4) {
                let place = chance.number(0..<bytes.count)
                switch chance.number(0..<5) {
                case 0: bytes[place] = UInt8(chance.number(0..<256))
                case 1: bytes[place] ^= 1 << UInt8(chance.number(0..<8))
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + chance.number(1..<9)))
                case 3:
                    bytes.insert(contentsOf: (0..<10).map { _ in chance.one(of: [0, 0x7f, 0x80, 0xff]) }, at: place)
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { bytes = [1] }
            }
            var reader = ByteReader(bytes)
            guard let record = try? reader.journeyRecord() else { continue }
            readable += 1
            var again = ByteWriter()
            again.journeyRecord(record)
        }
        #expect(readable > 1000)
    }

    @Test func `noise is never a record that traps`() {
        var chance = SplitMix(seed: 5)
        for _ in 0..<20_000 {
            let bytes = (0..<chance.number(0..<90)).map { _ in
                UInt8(chance.one(of: [0, 1, 2, 4, chance.number(0..<256)]))
            }
            var reader = ByteReader([1, UInt8(chance.number(0..<8))] + bytes)
            if let record = try? reader.journeyRecord() {
                var again = ByteWriter()
                again.journeyRecord(record)
            }
        }
    }

    @Test(arguments: [UInt64(1) << 63, .max, 1 << 40])
    func `numbers that no writer of ours writes are refused`(number: UInt64) {
        for place in 0..<3 {
            var writer = ByteWriter()
            writer.count(0)
            writer.varint(0)
            writer.varint(place == 0 ? number : 1)
            writer.count(place == 0 ? 0 : 1)
            if place > 0 {
                writer.hash(.zero)
                writer.byte(ResultKind.alert.rawValue)
                writer.varint(place == 1 ? number : 1)
                writer.byte(place == 2 ? 3 : 0)
            }
            writer.count(0)
            writer.touchpoint(Touchpoint(key: .zero, content: .zero, timeMs: 0, type: "a", channel: "web", id: "1"))
            var reader = ByteReader(writer.bytes)
            #expect(throws: PackedError.malformed) { try reader.held() }
        }
    }

    @Test func `a newer format stops the program instead of being skipped`() throws {
        var reader = ByteReader([2, 1, 0, 0])
        #expect(throws: PackedError.newerFormat(2)) { try reader.journeyRecord() }
    }

    @Test func `state rows are read as they were written, and no damage traps`() throws {
        var chance = SplitMix(seed: 6)
        for _ in 0..<3000 {
            var totals = JourneyTotals()
            totals.events = chance.number(0..<1000)
            totals.copies = chance.number(0..<1000)
            totals.alerts = chance.number(0..<1000)
            totals.digest.add(RandomRecords.hash(&chance))
            var writer = ByteWriter()
            writer.totals(totals)
            var reader = ByteReader(writer.bytes)
            #expect(try reader.totals() == totals)
            let head = ProfileHead(revision: chance.number(0..<9), state: .told(RandomRecords.hash(&chance)))
            var heads = ByteWriter()
            heads.profileHead(head)
            var headReader = ByteReader(heads.bytes)
            #expect(try headReader.profileHead() == head)
            var damaged = writer.bytes + heads.bytes
            damaged[chance.number(0..<damaged.count)] = UInt8(chance.number(0..<256))
            damaged.removeFirst(chance.number(0..<damaged.count))
            for _ in 0..<2 {
                var a = ByteReader(damaged)
                _ = try? a.totals()
                var b = ByteReader(damaged)
                if let head = try? b.profileHead() { heads.profileHead(head) }
                var c = ByteReader(damaged)
                _ = try? c.spans()
                damaged.reverse()
            }
        }
    }
}
