// SPDX-License-Identifier: Apache-2.0

/// What became of produced records: counts, the first failure, and the highest offset of each partition.
struct DeliveryLedger {
    private(set) var delivered = 0
    private(set) var failed = 0
    private(set) var firstFailure: KafkaError?
    /// By topic index, then partition; −1: none.
    private var highest: [[Int64]] = []

    mutating func note(topic: Int, partition: Int32, offset: Int64, failure: KafkaError?) {
        if let failure {
            failed += 1
            if firstFailure == nil { firstFailure = failure }
            return
        }
        delivered += 1
        // A report of a record that was written before without our knowing carries no offset: the previous one stands.
        guard topic >= 0, partition >= 0, offset >= 0 else { return }
        while highest.count <= topic { highest.append([]) }
        let index = Int(partition)
        while highest[topic].count <= index { highest[topic].append(-1) }
        highest[topic][index] = max(highest[topic][index], offset)
    }

    func highestOffset(topic: Int, partition: Int32) -> Int64? {
        guard topic < highest.count, partition >= 0, Int(partition) < highest[topic].count else { return nil }
        let offset = highest[topic][Int(partition)]
        return offset < 0 ? nil : offset
    }

    /// Forgets failures, so that the next batch is judged by itself.
    mutating func clearFailures() {
        failed = 0
        firstFailure = nil
    }
}
