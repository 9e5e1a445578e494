// SPDX-License-Identifier: Apache-2.0

/// What has been said about identifiers. Facts only add up, so their order never matters.
struct FactTable: Sendable {
    struct Span: Sendable, Hashable {
        var fromMs: Int64
        var toMs: Int64
    }

    struct Consent: Sendable, Hashable {
        var timeMs: Int64
        var given: Bool
    }

    var forgotten: [Int32: Set<Span>] = [:]
    var consent: [Int32: Set<Consent>] = [:]
    /// Both ways.
    var unlinked: [Int32: Set<Int32>] = [:]

    /// Whether an observation with these names names what is forgotten. For observations a span reaches to the ends of
    /// the buckets that it touches, so that a later repeat in a bucket never matters.
    func isForgotten(_ timeMs: Int64, _ names: ArraySlice<Int32>, _ rules: NamespaceTable) -> Bool {
        let (start, end) = (rules.bucketStart(timeMs), rules.bucketEnd(timeMs))
        for name in names {
            if forgotten[name]?.contains(where: { $0.fromMs < end && $0.toMs >= start }) == true { return true }
        }
        return false
    }

    /// Any no wins, then any yes, then the default. A change holds from the start of its bucket; at equal times a
    /// withdrawal wins.
    ///
    /// - Parameter own: the event's own word: 0 none, 1 no, 2 yes.
    func hasConsent(_ timeMs: Int64, _ own: UInt8, _ names: ArraySlice<Int32>, _ rules: NamespaceTable) -> Bool {
        guard own != 1 else { return false }
        var isGiven = own == 2
        for name in names {
            guard let said = consent[name] else { continue }
            var newest: Consent?
            for change in said where rules.bucketStart(change.timeMs) <= timeMs {
                if let known = newest {
                    if known.timeMs > change.timeMs || known.timeMs == change.timeMs && !known.given { continue }
                }
                newest = change
            }
            guard let newest else { continue }
            if !newest.given { return false }
            isGiven = true
        }
        return isGiven || rules.consentDefault
    }
}
