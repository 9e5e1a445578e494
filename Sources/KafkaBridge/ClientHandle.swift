// SPDX-License-Identifier: Apache-2.0
import CRdKafka
import Dispatch
import Synchronization

/// An owned `rd_kafka_t` with the context of its callbacks. Whoever uses the pointer holds this strongly.
///
/// **Thread**: the library's client may be used from any thread and freed from any, but not both at once; ours have
/// one owner each, so the class is not Sendable and freeing comes last.
@safe final class ClientHandle {
    enum Kind { case consumer, producer }

    let pointer: OpaquePointer
    let context: CallbackContext
    private let retained: Unmanaged<CallbackContext>
    private let balance: HandleBalance?
    private var isFreed = false

    init(_ kind: Kind, _ config: KafkaConfig, observer: KafkaObserver) throws(KafkaError) {
        let context = CallbackContext(observer: observer)
        let retained = unsafe Unmanaged.passRetained(context)
        guard let conf = unsafe rd_kafka_conf_new() else {
            unsafe retained.release()
            throw KafkaError(code: RD_KAFKA_RESP_ERR__FAIL, operation: "conf_new")
        }
        do {
            unsafe try Self.set(config, on: conf)
        } catch {
            unsafe rd_kafka_conf_destroy(conf)
            unsafe retained.release()
            throw error
        }
        unsafe rd_kafka_conf_set_opaque(conf, retained.toOpaque())
        unsafe rd_kafka_conf_set_log_cb(conf, logCallback)
        unsafe rd_kafka_conf_set_stats_cb(conf, statisticsCallback)
        unsafe rd_kafka_conf_set_error_cb(conf, errorCallback)
        switch kind {
        case .consumer: unsafe rd_kafka_conf_set_rebalance_cb(conf, rebalanceCallback)
        case .producer: unsafe rd_kafka_conf_set_dr_msg_cb(conf, deliveryCallback)
        }
        var reason = [CChar](repeating: 0, count: 512)
        let type = kind == .consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER
        guard let client = unsafe rd_kafka_new(type, conf, &reason, reason.count) else {
            // The settings pass to the client only when it is created.
            unsafe rd_kafka_conf_destroy(conf)
            unsafe retained.release()
            throw unsafe KafkaError(.invalidArgument, operation: "new", message: text(reason))
        }
        self.context = context
        unsafe self.retained = retained
        unsafe pointer = client
        balance = HandleBalance.noteCreated(.client)
    }

    deinit { free(closing: false, within: .seconds(5)) }

    private static func set(_ config: KafkaConfig, on conf: OpaquePointer) throws(KafkaError) {
        var reason = [CChar](repeating: 0, count: 512)
        for (key, value) in config.values.sorted(by: { $0.key < $1.key }) {
            let result = unsafe rd_kafka_conf_set(conf, key, value, &reason, reason.count)
            guard result == RD_KAFKA_CONF_OK else {
                throw unsafe KafkaError(.invalidArgument, operation: "settings", message: text(reason))
            }
        }
    }

    /// The fatal error of the client, if it has one: from then on most calls are refused, and some never return.
    var fatalError: KafkaError? {
        var reason = [CChar](repeating: 0, count: 512)
        let code = unsafe rd_kafka_fatal_error(pointer, &reason, reason.count)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return unsafe KafkaError(.init(code), operation: "client", message: text(reason), isFatal: true)
    }

    /// Frees the client on a thread of its own, and waits at most `limit`: this version's library may block for ever
    /// there.
    ///
    /// - Returns: false: still busy. It is left to itself; the process should end soon.
    @discardableResult
    func free(closing: Bool, within limit: Duration) -> Bool {
        if isFreed { return true }
        isFreed = true
        let release = unsafe ClientRelease(pointer: pointer, retained: retained, balance: balance, closing: closing)
        let done = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            release.perform()
            done.signal()
        }
        return done.wait(timeout: .now() + .milliseconds(Int(limit.wholeMilliseconds))) == .success
    }
}

/// The last use of a client, handed to the thread that frees it.
// Sendable: the owner gives it away and never touches the pointer again; rd_kafka_destroy may be called from any
// thread.
@safe private struct ClientRelease: @unchecked Sendable {
    let pointer: OpaquePointer
    let retained: Unmanaged<CallbackContext>
    let balance: HandleBalance?
    let closing: Bool

    func perform() {
        let flags = closing ? 0 : RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE
        unsafe rd_kafka_destroy_flags(pointer, Int32(flags))
        unsafe retained.release()
        balance?.note(freed: .client)
    }
}
