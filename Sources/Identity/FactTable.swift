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

    /// Whether an observation names what is forgotten. For observations a span reaches to the ends of the buckets that
    /// it touches, so that a later repeat in a bucket never matters.
    func isForgotten(_ number: Int32, _ observations: ObservationTable, _ rules: NamespaceTable) -> Bool {
        guard !forgotten.isEmpty else { return false }
        let time = observations.rows[Int(number)].timeMs
        let (start, end) = (rules.bucketStart(time), rules.bucketEnd(time))
        for name in observations.names(of: number) {
            if forgotten[name]?.contains(where: { $0.fromMs < end && $0.toMs >= start }) == true { return true }
        }
        return false
    }

    /// Any no wins, then any yes, then the default. A change holds from the start of its bucket; at equal times a
    /// withdrawal wins.
    func hasConsent(_ number: Int32, _ observations: ObservationTable, _ rules: NamespaceTable) -> Bool {
        let row = observations.rows[Int(number)]
        guard row.consent != 1 else { return false }
        var isGiven = row.consent == 2
        guard !consent.isEmpty else { return isGiven || rules.consentDefault }
        for name in observations.names(of: number) {
            let heard = consent[name]?.filter { rules.bucketStart($0.timeMs) <= row.timeMs } ?? []
            guard let newest = heard.map(\.timeMs).max() else { continue }
            if heard.contains(Consent(timeMs: newest, given: false)) { return false }
            isGiven = true
        }
        return isGiven || rules.consentDefault
    }
}
