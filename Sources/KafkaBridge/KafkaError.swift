// SPDX-License-Identifier: Apache-2.0
import CRdKafka

/// What went wrong in a call to Kafka, and what may be done about it.
///
/// **Source**: `rd_kafka_error_t` and `rd_kafka_resp_err_t`. Messages name topics and settings, never a record's
/// content.
public struct KafkaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An error code of the Kafka protocol (positive) or of the client library (negative).
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }
    }

    /// What a transactional caller must do next.
    public enum Verdict: Sendable, Hashable {
        /// Stop this client: it can do nothing any more.
        case stop
        /// Abort the open transaction; its records come again.
        case abort
        /// Call the same function again with the same arguments.
        case retry
    }

    public let code: Code
    /// The call that failed, as the library names it, e.g. `commit_transaction`.
    public let operation: String
    /// In words, for people.
    public let message: String
    public let isFatal: Bool
    public let requiresAbort: Bool
    public let isRetriable: Bool

    public init(
        _ code: Code,
        operation: String,
        message: String,
        isFatal: Bool = false,
        requiresAbort: Bool = false,
        isRetriable: Bool = false
    ) {
        self.code = code
        self.operation = operation
        self.message = message
        self.isFatal = isFatal
        self.requiresAbort = requiresAbort
        self.isRetriable = isRetriable
    }

    /// The class of a transactional call's error, tested in the order that the library demands: fatal, abort,
    /// retriable; anything else is fatal too.
    public var verdict: Verdict {
        if isFatal { return .stop }
        if requiresAbort { return .abort }
        return isRetriable ? .retry : .stop
    }

    public var description: String { "\(operation): \(message) (\(code))" }
}

extension KafkaError.Code {
    public static let timedOut = Self(RD_KAFKA_RESP_ERR__TIMED_OUT)
    public static let queueFull = Self(RD_KAFKA_RESP_ERR__QUEUE_FULL)
    public static let transport = Self(RD_KAFKA_RESP_ERR__TRANSPORT)
    public static let allBrokersDown = Self(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    public static let fatal = Self(RD_KAFKA_RESP_ERR__FATAL)
    public static let fenced = Self(RD_KAFKA_RESP_ERR__FENCED)
    public static let invalidArgument = Self(RD_KAFKA_RESP_ERR__INVALID_ARG)
    public static let autoOffsetReset = Self(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
    public static let offsetOutOfRange = Self(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
    public static let unknownTopicOrPartition = Self(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    public static let unknownTopic = Self(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    public static let unknownPartition = Self(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
    public static let illegalGeneration = Self(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
    public static let unknownMember = Self(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
    public static let fencedInstance = Self(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
    public static let rebalanceInProgress = Self(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
    public static let coordinatorNotAvailable = Self(RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE)
    public static let coordinatorLoading = Self(RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS)
    public static let notCoordinator = Self(RD_KAFKA_RESP_ERR_NOT_COORDINATOR)
    public static let topicAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)

    init(_ code: rd_kafka_resp_err_t) { self.init(rawValue: code.rawValue) }

    /// The library's name, e.g. `_TIMED_OUT` or `ILLEGAL_GENERATION`.
    public var description: String { unsafe text(rd_kafka_err2name(rd_kafka_resp_err_t(rawValue))) }

    /// Whether waiting and asking again may help, for calls that return a bare code.
    var isPassing: Bool {
        let passing: [Self] = [
            .timedOut, .queueFull, .transport, .allBrokersDown, .coordinatorNotAvailable, .coordinatorLoading,
            .notCoordinator, .rebalanceInProgress,
            Self(RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE), Self(RD_KAFKA_RESP_ERR__WAIT_COORD),
            Self(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT), Self(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE),
            Self(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION), Self(RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION),
            Self(RD_KAFKA_RESP_ERR_NOT_CONTROLLER), Self(RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT),
        ]
        return passing.contains(self)
    }
}

extension KafkaError {
    /// Of a bare code.
    init(code: rd_kafka_resp_err_t, operation: String, message: String? = nil) {
        let wrapped = Code(code)
        self.init(
            wrapped,
            operation: operation,
            message: unsafe message ?? text(rd_kafka_err2str(code)),
            isFatal: wrapped == .fatal || wrapped == .fenced,
            isRetriable: wrapped.isPassing
        )
    }

    /// Of one partition's bare code.
    init(code: rd_kafka_resp_err_t, operation: String, at partition: KafkaPartition) {
        unsafe self.init(code: code, operation: operation, message: "\(partition): \(text(rd_kafka_err2str(code)))")
    }

    /// The one place that reads an owned error object, and frees it. Nil when there was no error.
    static func taking(_ owned: OpaquePointer?, operation: String) -> KafkaError? {
        guard let owned = unsafe owned else { return nil }
        let balance = HandleBalance.noteCreated(.error)
        defer {
            unsafe rd_kafka_error_destroy(owned)
            balance?.note(freed: .error)
        }
        return unsafe KafkaError(
            Code(rd_kafka_error_code(owned)),
            operation: operation,
            message: text(rd_kafka_error_string(owned)),
            isFatal: rd_kafka_error_is_fatal(owned) != 0,
            requiresAbort: rd_kafka_error_txn_requires_abort(owned) != 0,
            isRetriable: rd_kafka_error_is_retriable(owned) != 0
        )
    }

    /// Throws what a call returned as an owned error object.
    static func check(_ owned: OpaquePointer?, _ operation: String) throws(KafkaError) {
        if let error = unsafe taking(owned, operation: operation) { throw error }
    }

    /// Throws what a call returned as a bare code.
    static func check(_ code: rd_kafka_resp_err_t, _ operation: String) throws(KafkaError) {
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code: code, operation: operation) }
    }
}

/// Text of a C string of the library's; empty when there is none, damaged bytes replaced.
func text(_ pointer: UnsafePointer<CChar>?) -> String {
    guard let pointer = unsafe pointer else { return "" }
    return unsafe String(cString: pointer)
}
