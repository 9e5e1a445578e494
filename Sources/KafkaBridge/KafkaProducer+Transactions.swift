// SPDX-License-Identifier: Apache-2.0
import CRdKafka

/// Transactions. Every call has a limit and goes on in slices: this version of the library blocks for ever on "no
/// limit".
///
/// Errors are told apart by `KafkaError.verdict`. A `retry` that is thrown means that the limit passed: of `commit`,
/// that nobody knows whether it happened, so no other transaction may begin on this producer.
extension KafkaProducer {
    /// Takes over the transactional id: settles the transaction of an earlier producer with it, and fences that one.
    public func initTransactions(within limit: Duration) throws(KafkaError) {
        unsafe try resuming("init_transactions", within: limit) {
            unsafe rd_kafka_init_transactions(self.client.pointer, $0)
        }
    }

    public func beginTransaction() throws(KafkaError) {
        // After a fatal error this call was seen to hang.
        if let fatal = fatalError { throw fatal }
        unsafe try KafkaError.check(rd_kafka_begin_transaction(client.pointer), "begin_transaction")
    }

    /// Commits the places read up to with the transaction. Asked again with the same arguments while that may help.
    public func sendOffsets(
        _ offsets: [KafkaPartition: Int64],
        as membership: borrowing KafkaMembership,
        within limit: Duration
    ) throws(KafkaError) {
        if offsets.isEmpty { return }
        let list = PartitionList(offsets)
        let deadline = Deadline(after: limit)
        while true {
            let failure = unsafe rd_kafka_send_offsets_to_transaction(
                client.pointer,
                list.pointer,
                membership.pointer,
                max(1, deadline.remainingMs(atMost: limit))
            )
            guard let error = unsafe KafkaError.taking(failure, operation: "send_offsets_to_transaction") else {
                return
            }
            if error.verdict != .retry || deadline.hasPassed { throw error }
        }
    }

    /// Flushes, serving delivery reports, then commits.
    public func commitTransaction(within limit: Duration) throws(KafkaError) {
        unsafe try resuming("commit_transaction", within: limit) {
            unsafe rd_kafka_commit_transaction(self.client.pointer, $0)
        }
    }

    /// Drops what is not sent, then aborts.
    public func abortTransaction(within limit: Duration) throws(KafkaError) {
        unsafe try resuming("abort_transaction", within: limit) {
            unsafe rd_kafka_abort_transaction(self.client.pointer, $0)
        }
    }

    /// Calls a function that can be resumed, in slices of at most 5 s, until it ends or the limit passes.
    private func resuming(
        _ operation: String,
        within limit: Duration,
        _ call: (Int32) -> OpaquePointer?
    ) throws(KafkaError) {
        let deadline = Deadline(after: limit)
        while true {
            let failure = unsafe call(max(1, deadline.remainingMs(atMost: .seconds(5))))
            guard let error = unsafe KafkaError.taking(failure, operation: operation) else { return }
            if error.verdict != .retry || deadline.hasPassed { throw error }
        }
    }
}
