// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge

/// Why the log on Kafka cannot go on, and what to do about it.
public struct KafkaLogError: Error, Sendable, CustomStringConvertible {
    public var message: String
    /// Of sysexits: 69 unavailable, 70 our bug, 74 input or output, 75 try again, 78 configuration.
    public var exitCode: Int32

    public init(_ message: String, exitCode: Int32) {
        self.message = message
        self.exitCode = exitCode
    }

    public var description: String { message }

    /// A worker that may not go on in this process: restart it after a pause.
    static func stopped(_ error: KafkaError) -> KafkaLogError {
        let hint =
            error.code == .fenced || error.code == .fencedInstance
            ? "; either a transaction stayed open beyond kafka.transaction_timeout (a broker was away), "
                + "or another process runs with the same 'instance'" : ""
        return KafkaLogError("this worker must start afresh: \(error)\(hint)", exitCode: 75)
    }

    static func missing(_ topics: [String]) -> KafkaLogError {
        KafkaLogError(
            "expected the topics \(topics.joined(separator: ", ")), which do not exist: run 'tabiji topics create'",
            exitCode: 78
        )
    }
}
