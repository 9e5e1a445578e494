// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing
import Touchpoints

/// Packed records of every kind, with everything that they may hold.
struct PackedSamples {
    static let names = [
        Identifier(namespace: NamespaceID("user_id"), hash: Hash128(high: 1, low: .max)),
        Identifier(namespace: NamespaceID("order_id"), hash: Hash128(high: 2, low: 3), value: "o-1"),
    ]

    static let value = Value.object([
        .init("a", .array([.null, .bool(true), .bool(false), .int(.min), .int(.max), .double(-0.5), .string("カート")])),
        .init("b", .object([.init("", .object([]))])),
    ])

    static let touchpoint = Touchpoint(
        key: Hash128(high: 5, low: 6),
        content: Hash128(high: 7, low: 8),
        timeMs: 1_772_325_000_123,
        realm: "shop",
        type: "order_completed",
        channel: "web",
        id: "e1",
        source: "pos-7",
        consent: false,
        names: names,
        properties: PackedProperties([.init("revenue", .int(4980)), .init("gone", .null), .init("note", .string("é"))]),
        rest: value,
        traits: .object([.init("plan", .null)])
    )

    static let inputs: [IdentityInput] = [
        .seen(
            Observation(
                timeMs: -5,
                names: names,
                signsOut: true,
                replaces: .init(new: names[0], old: names[1]),
                consent: true,
                example: "e1"
            )
        ),
        .seen(Observation(timeMs: .max, names: [], consent: nil)),
        .fact(.forgotten(names[0], fromMs: .min, toMs: .max)), .fact(.unlinked(names[0], names[1])),
        .fact(.consent(names[1], timeMs: 0, given: false)), .fact(.consent(names[1], timeMs: 1, given: true)),
    ]

    static let map = OwnershipMap(
        identifier: names[1],
        version: 300,
        spans: [
            .init(fromMs: OwnershipMap.forever, customer: Hash128(high: 9, low: 9)), .init(fromMs: 7, customer: nil),
        ]
    )

    static func bytes(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        write(&writer)
        return writer.bytes
    }
}

@Suite struct PackingTests {
    @Test func `a touchpoint reads back`() throws {
        var reader = ByteReader(PackedSamples.bytes { $0.touchpoint(PackedSamples.touchpoint) })
        let found = try reader.touchpoint()
        #expect(found == PackedSamples.touchpoint)
        #expect(found.names.map(\.value) == [nil, "o-1"])
        #expect(reader.isAtEnd)
    }

    @Test func `entries of the identity log read back`() throws {
        let bytes = PackedSamples.bytes { writer in for input in PackedSamples.inputs { writer.identityInput(input) } }
        var reader = ByteReader(bytes)
        var found: [IdentityInput] = []
        while !reader.isAtEnd { found.append(try reader.identityInput()) }
        #expect(found == PackedSamples.inputs)
    }

    @Test func `an ownership map reads back`() throws {
        var reader = ByteReader(PackedSamples.bytes { $0.ownershipMap(PackedSamples.map) })
        #expect(try reader.ownershipMap() == PackedSamples.map)
    }

    @Test func `a newer format is told from a damaged one`() throws {
        var bytes = PackedSamples.bytes { $0.touchpoint(PackedSamples.touchpoint) }
        bytes[0] = Touchpoint.format + 1
        var newer = ByteReader(bytes)
        #expect(throws: PackedError.newerFormat(Touchpoint.format + 1)) { try newer.touchpoint() }
        bytes[0] = 0
        var damaged = ByteReader(bytes)
        #expect(throws: PackedError.malformed) { try damaged.touchpoint() }
    }

    @Test func `what is cut short is truncated`() {
        let bytes = PackedSamples.bytes { $0.touchpoint(PackedSamples.touchpoint) }
        for end in bytes.indices {
            var reader = ByteReader(bytes, 0..<end)
            #expect(throws: PackedError.self) { try reader.touchpoint() }
        }
    }

    @Test func `damaged bytes never trap`() {
        var random = SystemRandomNumberGenerator()
        let samples =
            [
                PackedSamples.bytes { $0.touchpoint(PackedSamples.touchpoint) },
                PackedSamples.bytes { $0.ownershipMap(PackedSamples.map) },
            ] + PackedSamples.inputs.map { input in PackedSamples.bytes { $0.identityInput(input) } }
        var (good, refused) = (0, 0)
        for round in 0..<30_000 {
            var bytes = samples[round % samples.count]
            for _ in 0..<Int.random(in: 1..<5, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8(truncatingIfNeeded: random.next())
            }
            if round % 3 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            for isGood in [read(.touchpoint, bytes), read(.map, bytes), read(.input, bytes)] {
                if isGood { good += 1 } else { refused += 1 }
            }
        }
        #expect(good > 0 && refused > 0)
    }

    private enum Kind { case touchpoint, map, input }

    private func read(_ kind: Kind, _ bytes: [UInt8]) -> Bool {
        var reader = ByteReader(bytes)
        switch kind {
        case .touchpoint: return (try? reader.touchpoint()) != nil
        case .map: return (try? reader.ownershipMap()) != nil
        case .input: return (try? reader.identityInput()) != nil
        }
    }

    @Test func `deep values are refused, not followed`() {
        var reader = ByteReader([UInt8](repeating: 6, count: 1) + (0..<100_000).flatMap { _ in [1, 6] as [UInt8] })
        #expect(throws: PackedError.self) { try reader.value() }
    }

    @Test func `sortable numbers sort as bytes do`() throws {
        let numbers: [Int64] = [.min, -1, 0, 1, 1_772_325_000_000, .max]
        let bytes = numbers.map { number in PackedSamples.bytes { $0.sortable(number) } }
        for (a, b) in zip(bytes, bytes.dropFirst()) { #expect(a.lexicographicallyPrecedes(b)) }
        for (number, bytes) in zip(numbers, bytes) {
            var reader = ByteReader(bytes)
            #expect(try reader.sortable() == number)
        }
    }
}
