// SPDX-License-Identifier: Apache-2.0
import StateStore
import TestSupport
import Testing

/// What every state store does alike.
@Suite struct StoreConformance {
    @Test(arguments: StoreKind.allCases)
    func `a row is what was put last, and nothing after it is deleted`(_ kind: StoreKind) throws {
        try kind.use { store in
            #expect(try store.text("a") == nil)
            try store.put([("a", "1"), ("b", "2"), ("a", "3")])
            #expect(try store.text("a") == "3")
            var batch = WriteBatch()
            batch.delete(bytes("a"))
            batch.delete(bytes("never there"))
            try store.write(batch, sync: false)
            #expect(try store.text("a") == nil)
            #expect(try store.text("b") == "2")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `of changes to one long key in a batch the last counts, whatever is between them`(_ kind: StoreKind) throws {
        let head = "a head of sixteen bytes and more"
        try kind.use { store in
            var batch = WriteBatch()
            for round in 1...40 {
                for name in ["b", "", "a", "c"] {
                    if (round + name.utf8.count) % 3 == 0 {
                        batch.delete(bytes(head + name))
                    } else {
                        batch.put(bytes(head + name), bytes("\(round)"))
                    }
                }
            }
            try store.write(batch, sync: false)
            #expect(try store.text(head) == "40")
            #expect(try ["a", "b", "c"].map { try store.text(head + $0) } == ["40", "40", "40"])
            batch.removeAll()
            batch.put(bytes(head), bytes("41"))
            batch.put(bytes(head + "a"), bytes("41"))
            batch.delete(bytes(head))
            try store.write(batch, sync: false)
            #expect(try store.text(head) == nil)
            #expect(try store.text(head + "a") == "41")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `empty keys and values are rows like others`(_ kind: StoreKind) throws {
        try kind.use { store in
            try store.put([("", "root"), ("k", "")])
            #expect(try store.get([]) == bytes("root"))
            #expect(try store.get(bytes("k")) == [])
            #expect(try store.keys("") == ["", "k"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a borrowed read lends the value and passes errors on`(_ kind: StoreKind) throws {
        struct Refused: Error {}
        try kind.use { store in
            try store.put([("k", "value")])
            #expect(try store.read(bytes("k")) { $0.byteCount } == 5)
            #expect(try store.read(bytes("k")) { $0.unsafeLoadUnaligned(as: UInt8.self) } == UInt8(ascii: "v"))
            #expect(try store.read(bytes("none")) { $0.byteCount } == nil)
            #expect(throws: Refused.self) { try store.read(bytes("k")) { _ in throw Refused() } }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a scan keeps to its prefix, in order, both ways`(_ kind: StoreKind) throws {
        try kind.use { store in
            try store.put(["b2", "a", "c", "b", "b1", "b\u{7F}", "bb"].map { ($0, "") })
            #expect(try store.keys("b") == ["b", "b1", "b2", "bb", "b\u{7F}"])
            #expect(try store.keys("b", order: .descending) == ["b\u{7F}", "bb", "b2", "b1", "b"])
            #expect(try store.keys("b", from: "b1x") == ["b2", "bb", "b\u{7F}"])
            #expect(try store.keys("b", from: "b2") == ["b2", "bb", "b\u{7F}"])
            #expect(try store.keys("b", from: "b1x", order: .descending) == ["b1", "b"])
            #expect(try store.keys("b", from: "b1", order: .descending) == ["b1", "b"])
            #expect(try store.keys("none").isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a start outside the prefix is the prefix's near end, or nothing beyond its far one`(_ kind: StoreKind) throws
    {
        try kind.use { store in
            try store.put(["a", "b1", "b2", "c"].map { ($0, "") })
            #expect(try store.keys("b", from: "a") == ["b1", "b2"])
            #expect(try store.keys("b", from: "c", order: .descending) == ["b2", "b1"])
            #expect(try store.keys("b", from: "c").isEmpty)
            #expect(try store.keys("b", from: "a", order: .descending).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a scan stops when told, and passes errors on`(_ kind: StoreKind) throws {
        struct Refused: Error {}
        try kind.use { store in
            try store.put((0..<1000).map { ("k\($0 + 1000)", "v") })
            #expect(try store.keys("k", limit: 3) == ["k1000", "k1001", "k1002"])
            #expect(try store.keys("k", order: .descending, limit: 2) == ["k1999", "k1998"])
            #expect(throws: Refused.self) { try store.scan(prefix: bytes("k")) { _, _ in throw Refused() } }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `keys are compared as unsigned bytes, the shorter first`(_ kind: StoreKind) throws {
        try kind.use { store in
            let keys: [[UInt8]] = [[], [0], [0, 0], [0, 255], [1], [127], [128], [255], [255, 0], [255, 255]]
            var batch = WriteBatch()
            for key in keys.shuffled() { batch.put(key, [1]) }
            try store.write(batch, sync: false)
            #expect(try store.rows([]).map { $0[0] } == keys)
            #expect(try store.rows([255]).map { $0[0] } == Array(keys.suffix(3)))
            #expect(try store.rows([255], order: .descending).map { $0[0] } == keys.suffix(3).reversed())
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `ranges and prefixes go as a whole, in the order of the batch`(_ kind: StoreKind) throws {
        try kind.use { store in
            try store.put(["a", "b1", "b2", "b3", "c", "d"].map { ($0, "old") })
            var batch = WriteBatch()
            batch.put(bytes("b9"), bytes("gone too"))
            batch.deletePrefix(bytes("b"))
            batch.put(bytes("b2"), bytes("new"))
            batch.deleteRange(from: bytes("c"), to: bytes("d"))
            batch.deleteRange(from: bytes("z"), to: bytes("a"))
            try store.write(batch, sync: false)
            #expect(try store.keys("") == ["a", "b2", "d"])
            #expect(try store.text("b2") == "new")
        }
    }

    @Test(arguments: StoreKind.allCases, [[], [255], [255, 255]] as [[UInt8]])
    func `a prefix that nothing can follow is deleted to its end`(_ kind: StoreKind, _ prefix: [UInt8]) throws {
        try kind.use { store in
            var batch = WriteBatch()
            for key in [[1], [254], [255], [255, 255], [255, 255, 255]] as [[UInt8]] { batch.put(key, key) }
            try store.write(batch, sync: false)
            let kept = try store.rows([]).filter { !$0[0].starts(with: prefix) }
            batch.removeAll()
            batch.put(prefix + [255, 255, 255, 255, 255], [])
            batch.deletePrefix(prefix)
            try store.write(batch, sync: false)
            #expect(try store.rows([]) == kept)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a scan does not see what is written while it goes`(_ kind: StoreKind) throws {
        try kind.use { store in
            try store.put((0..<600).map { ("k\($0 + 1000)", "") })
            var seen = 0
            try store.scan(prefix: bytes("k")) { _, _ in
                if seen % 100 == 0 { try store.put([("k\(3000 + seen)", ""), ("k0\(seen)", "")]) }
                seen += 1
                return true
            }
            #expect(seen == 600)
            #expect(try store.keys("k").count == 612)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a closed store says so and may be closed again`(_ kind: StoreKind) throws {
        try kind.use { store in
            try store.put([("a", "1")])
            try store.close()
            try store.close()
            let calls: [() throws -> Void] = [
                { _ = try store.get(bytes("a")) },
                { try store.write(WriteBatch(), sync: true) },
                { try store.flush() },
                { _ = try store.statistics() },
                { _ = try store.keys("") },
            ]
            for call in calls {
                let error = #expect(throws: StateStoreError.self) { try call() }
                #expect(error?.code == .closed)
                #expect(error?.isRetriable == false)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `statistics tell rows and bytes`(_ kind: StoreKind) throws {
        try kind.use { store in
            try store.put((0..<1000).map { ("k\($0)", String(repeating: "v", count: 100)) })
            try store.flush()
            let statistics = try store.statistics()
            #expect(statistics.rows == 1000)
            #expect(statistics.storedBytes > 1000)
            #expect(statistics.memoryBytes > 0)
        }
    }

    @Test(arguments: StoreKind.allCases, [1, 2, 3] as [UInt64])
    func `random batches leave what a dictionary would hold`(_ kind: StoreKind, _ seed: UInt64) throws {
        try kind.use { store in
            var random = SplitMix(state: seed)
            var model: [[UInt8]: [UInt8]] = [:]
            for _ in 0..<60 {
                var batch = WriteBatch()
                for _ in 0..<Int.random(in: 1...200, using: &random) { random.change(&batch, &model) }
                try store.write(batch, sync: false)
                let prefix = random.key(upTo: 1)
                let from = random.key(upTo: 3)
                let expected = model.filter { $0.key.starts(with: prefix) }
                    .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { [$0.key, $0.value] }
                #expect(try store.rows(prefix) == expected)
                #expect(try store.rows(prefix, order: .descending) == expected.reversed())
                #expect(
                    try store.rows(prefix, from: from) == expected.filter { !$0[0].lexicographicallyPrecedes(from) }
                )
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `readers on other threads see each batch whole`(_ kind: StoreKind) throws {
        try kind.use { store in
            try store.put([("x", "0"), ("y", "0")])
            let torn = try whileWriting(store) {
                let rows = try store.rows([])
                return rows.count == 2 && rows[0][1] == rows[1][1]
            }
            #expect(torn == 0)
            #expect(try store.text("x") == "500")
        }
    }
}
