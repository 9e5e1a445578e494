// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// A look through all customers of a partition, because the rules are others than those they were folded with.
struct Refold: Equatable {
    /// Where it stands among the events' rows; nil: before the first.
    var cursor: [UInt8]?
    /// Customers that had been told of when it began, less those that have been looked at.
    var left: Int
    var done = 0
}

/// Other rules, the same events: every customer is folded again, and differences go out as revisions.
///
/// What customers were last folded with is a row of the state: a print of the rules, and how far the look through the
/// customers has come. A customer that is looked at is due, which is a row too; so a crash loses nothing, and rules
/// that change again, or back, begin it anew.
extension JourneyPartition {
    /// As the partition opens: whether its customers are to be folded again.
    func findRules() throws {
        if let row = try state.get(JourneyRows.rules) {
            var reader = ByteReader(row)
            let (print, work) = try reader.rules()
            if print == context.print {
                refold = work
                refolded = work?.done ?? 0
                return
            }
        }
        var isEmpty = true
        try state.scan(prefix: JourneyRows.touches) { _, _ in
            isEmpty = false
            return false
        }
        refold = isEmpty ? nil : Refold(left: totals.customers)
        writeRules()  // It goes out with the first commit, and with the first results by these rules.
    }

    private func writeRules() {
        var writer = ByteWriter(capacity: 72)
        writer.rules(context.print, refold)
        rows[JourneyRows.rules] = .some(writer.bytes)
    }

    /// Looks at some more customers.
    func refold(into transaction: inout Transaction) throws {
        guard var work = refold else { return }
        var room = min(context.settings.refoldsPerCommitMax, context.settings.foldsPerCommitMax - dirty.count)
        if room <= 0 { return }
        var isOver = false
        while room > 0, !isOver {
            room -= 1
            var next: [UInt8]?
            try state.scan(prefix: JourneyRows.touches, from: work.cursor) { key, _ in
                next = Array(key)
                return false
            }
            guard let next else {
                isOver = true
                continue
            }
            let customer = Hash128(bytes: next, at: 1)
            if customer == .zero {
                try retellNobodys(next, into: &transaction)
                work.cursor = next + [0]
            } else {
                for var held in try timeline(customer) where held.event.keep(context.kept) { replace(held, customer) }
                touched(customer)
                work.cursor = JourneyRows.touch(customer, timeMs: .max, key: Hash128(high: .max, low: .max)) + [0]
                work.left -= 1
                work.done += 1
            }
        }
        refolded = work.done
        refold = isOver ? nil : work
        writeRules()
    }

    private func retellNobodys(_ key: [UInt8], into transaction: inout Transaction) throws {
        var place = ByteReader(key, 17..<41)
        let at = TouchKey(timeMs: try place.sortable(), key: try place.hash())
        guard var held = try held(.zero, at) else { return }
        let before = held.emitted
        settleNobodys(&held, into: &transaction)
        if held.emitted != before { rewrite(held, .zero) }
    }

    /// Customers that are still to be looked at; about, as customers come and go meanwhile, but never 0 too early.
    var customersToRefold: Int { refold.map { max(1, $0.left) } ?? 0 }
}

extension Touchpoint {
    /// Properties that nobody read when the event was decoded, and rules read now, are put among those that are read.
    ///
    /// - Returns: whether there was any.
    mutating func keep(_ names: Set<String>) -> Bool {
        guard case .object(let others) = rest, others.contains(where: { names.contains($0.name) }) else { return false }
        properties.entries += PackedProperties(others.filter { names.contains($0.name) }).entries
        rest = .object(others.filter { !names.contains($0.name) })
        return true
    }
}

extension ByteWriter {
    fileprivate mutating func rules(_ print: Hash128, _ work: Refold?) {
        hash(print)
        guard let work else { return byte(0) }
        byte(1)
        signed(Int64(work.left))
        count(work.done)
        blob(work.cursor ?? [])
    }
}

extension ByteReader {
    fileprivate mutating func rules() throws(PackedError) -> (Hash128, Refold?) {
        let print = try hash()
        guard try byte() == 1 else { return (print, nil) }
        var work = Refold(left: Int(truncatingIfNeeded: try signed()))
        work.done = try number()
        let cursor = try blob()
        work.cursor = cursor.isEmpty ? nil : cursor
        return (print, work)
    }
}
