// SPDX-License-Identifier: Apache-2.0
import CRdKafka

/// What the library's callbacks write to. One for each client, which retains it until the library's last thread has
/// ended.
///
/// **Thread**: the log callback comes on the library's threads and touches only `observer`, which is constant. All
/// others come inside calls of the thread that owns the client, so their state needs no lock.
final class CallbackContext {
    let observer: KafkaObserver
    /// Noted by the rebalance and error callbacks, taken after each poll.
    var events: [KafkaConsumerEvent] = []
    /// Set while a rebalance waits for the owner's answer.
    var rebalanced = false
    var deliveries = DeliveryLedger()

    init(observer: KafkaObserver) { self.observer = observer }

    /// Recovers the context within a callback.
    static func of(_ opaque: UnsafeMutableRawPointer?) -> CallbackContext? {
        guard let opaque = unsafe opaque else { return nil }
        return unsafe Unmanaged<CallbackContext>.fromOpaque(opaque).takeUnretainedValue()
    }
}

/// **Thread**: any of the library's. **Lifetime**: the strings end with the call.
func logCallback(
    client: OpaquePointer?,
    level: Int32,
    facility: UnsafePointer<CChar>?,
    message: UnsafePointer<CChar>?
) {
    guard let client = unsafe client, let context = unsafe CallbackContext.of(rd_kafka_opaque(client)) else { return }
    unsafe context.observer.log(Int(level), text(facility), text(message))
}

/// **Thread**: the polling one. Answers 0: the library frees the text.
func statisticsCallback(
    client: OpaquePointer?,
    json: UnsafeMutablePointer<CChar>?,
    size: Int,
    opaque: UnsafeMutableRawPointer?
) -> Int32 {
    if let context = unsafe CallbackContext.of(opaque), let json = unsafe json {
        unsafe context.observer.statistics(String(cString: json))
    }
    return 0
}

/// **Thread**: the polling one.
func errorCallback(
    client: OpaquePointer?,
    code: Int32,
    reason: UnsafePointer<CChar>?,
    opaque: UnsafeMutableRawPointer?
) {
    guard let context = unsafe CallbackContext.of(opaque) else { return }
    let error = unsafe KafkaError(
        code: rd_kafka_resp_err_t(code),
        operation: "client",
        message: text(reason)
    )
    context.observer.log(error.isFatal ? 2 : 4, "ERROR", error.description)
    if error.isFatal { context.events.append(.failed(error)) }
}

/// **Thread**: the polling one, inside a poll or a close. The list is borrowed, so it is copied; whether the
/// assignment was lost is known only here. The answer (assign or unassign) is the owner's, after the poll.
func rebalanceCallback(
    client: OpaquePointer?,
    code: rd_kafka_resp_err_t,
    list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    opaque: UnsafeMutableRawPointer?
) {
    guard let context = unsafe CallbackContext.of(opaque) else { return }
    let partitions = unsafe list.map { unsafe entries(of: $0).map(\.partition) } ?? []
    context.rebalanced = true
    switch code {
    case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
        context.events.append(.assigned(partitions))
    case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
        let lost = unsafe rd_kafka_assignment_lost(client) != 0
        context.events.append(.revoked(partitions, lost: lost))
    default:
        context.events.append(.rebalanceFailed(KafkaError(code: code, operation: "rebalance")))
    }
}

/// **Thread**: the one that polls, flushes or commits. The message is borrowed.
func deliveryCallback(
    client: OpaquePointer?,
    message: UnsafePointer<rd_kafka_message_t>?,
    opaque: UnsafeMutableRawPointer?
) {
    guard let context = unsafe CallbackContext.of(opaque), let message = unsafe message?.pointee else { return }
    // A topic handle's opaque value is its index plus one: no look-up by name for each record.
    let topic = unsafe Int(bitPattern: rd_kafka_topic_opaque(message.rkt)) - 1
    unsafe context.deliveries.note(
        topic: topic,
        partition: message.partition,
        offset: message.offset,
        failure: message.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code: message.err, operation: "produce")
    )
}
