// SPDX-License-Identifier: Apache-2.0
import CRdKafka

/// The client library's brokers within the process, for errors on the wire. They know no isolation, no fencing and no
/// stored transactional offsets, so nothing else is tested with them.
@safe public final class MockCluster {
    /// Requests whose answers can be replaced by errors, by their number in the protocol.
    public enum Request: Int16, Sendable {
        case produce = 0
        case findCoordinator = 10
        case initProducerID = 22
        case addPartitions = 24
        case addOffsets = 25
        case endTransaction = 26
        case commitOffsets = 28
    }

    private let client: OpaquePointer
    private let cluster: OpaquePointer
    public let bootstrap: String

    /// Nil when the library cannot create it.
    public init?(brokers: Int32 = 1) {
        let conf = unsafe rd_kafka_conf_new()
        guard let client = unsafe rd_kafka_new(RD_KAFKA_PRODUCER, conf, nil, 0) else {
            unsafe rd_kafka_conf_destroy(conf)
            return nil
        }
        guard let cluster = unsafe rd_kafka_mock_cluster_new(client, brokers),
            let address = unsafe rd_kafka_mock_cluster_bootstraps(cluster)
        else {
            unsafe rd_kafka_destroy(client)
            return nil
        }
        unsafe self.client = client
        unsafe self.cluster = cluster
        bootstrap = unsafe String(cString: address)
    }

    deinit {
        unsafe rd_kafka_mock_cluster_destroy(cluster)
        unsafe rd_kafka_destroy(client)
    }

    public func createTopic(_ name: String, partitions: Int32) {
        _ = unsafe rd_kafka_mock_topic_create(cluster, name, partitions, 1)
    }

    /// The next answers to a request are these errors, one each.
    public func fail(_ request: Request, with codes: [Int32]) {
        let errors = codes.map { rd_kafka_resp_err_t($0) }
        unsafe rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, errors.count, errors)
    }

    /// Records to this topic are refused; 0: accepted again.
    public func fail(topic: String, with code: Int32) {
        unsafe rd_kafka_mock_topic_set_error(cluster, topic, rd_kafka_resp_err_t(code))
    }

    /// The next answer to a request, by the first broker, is no error and takes so long. Milliseconds.
    public func delay(_ request: Request, ms: Int32) {
        _ = unsafe crdkafka_mock_delay(cluster, 1, request.rawValue, ms)
    }

    public func setBroker(_ id: Int32, up: Bool) {
        _ = unsafe up ? rd_kafka_mock_broker_set_up(cluster, id) : rd_kafka_mock_broker_set_down(cluster, id)
    }
}
