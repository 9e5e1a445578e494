// SPDX-License-Identifier: Apache-2.0
import CRdKafka

/// An owned queue for the answers to requests. Holds its client: a queue must be freed before it.
@safe struct EventQueue: ~Copyable {
    let pointer: OpaquePointer
    private let client: ClientHandle
    private let balance: HandleBalance?

    init(_ client: ClientHandle) throws(KafkaError) {
        guard let queue = unsafe rd_kafka_queue_new(client.pointer) else {
            throw KafkaError(code: RD_KAFKA_RESP_ERR__FAIL, operation: "queue_new")
        }
        unsafe pointer = queue
        self.client = client
        balance = HandleBalance.noteCreated(.queue)
    }

    deinit {
        unsafe rd_kafka_queue_destroy(pointer)
        balance?.note(freed: .queue)
    }

    /// Waits for one event, gives it to `body` and frees it. **Throws** its error, or `timedOut`.
    func answer<Answer>(
        to operation: String,
        within limit: Duration,
        _ body: (OpaquePointer) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        guard let event = unsafe rd_kafka_queue_poll(pointer, limit.wholeMilliseconds) else {
            throw KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT, operation: operation)
        }
        let balance = HandleBalance.noteCreated(.event)
        defer {
            unsafe rd_kafka_event_destroy(event)
            balance?.note(freed: .event)
        }
        let code = unsafe rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw unsafe KafkaError(code: code, operation: operation, message: text(rd_kafka_event_error_string(event)))
        }
        return unsafe try body(event)
    }
}
