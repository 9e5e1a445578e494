// SPDX-License-Identifier: Apache-2.0

/// Why a server cannot start, and what to do.
public struct HTTPServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String {
            case addressInUse, denied, invalid, io
        }
        private let name: Name

        /// Another program listens there.
        public static let addressInUse = Code(name: .addressInUse)
        /// Ports below 1024 need rights.
        public static let denied = Code(name: .denied)
        /// The host or a setting cannot be used.
        public static let invalid = Code(name: .invalid)
        /// The system refused.
        public static let io = Code(name: .io)

        public var description: String { name.rawValue }
    }

    public var code: Code
    public var message: String

    public var description: String { "http server \(code): \(message)" }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
