// SPDX-License-Identifier: Apache-2.0

/// Why lines cannot be read, where in the file, and what to do.
public struct LineReaderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String {
            case notFound, denied, isFolder, io, corrupt, cutShort
        }
        private let name: Name

        /// No such file.
        public static let notFound = Code(name: .notFound)
        /// The permissions do not allow reading.
        public static let denied = Code(name: .denied)
        /// A folder stands where a file was expected.
        public static let isFolder = Code(name: .isFolder)
        /// The system failed to read.
        public static let io = Code(name: .io)
        /// The compressed bytes are damaged.
        public static let corrupt = Code(name: .corrupt)
        /// The compressed bytes end too early.
        public static let cutShort = Code(name: .cutShort)

        public var description: String { name.rawValue }
    }

    public var code: Code
    /// The file, `-` for standard input.
    public var path: String
    /// Byte of the file, counted from 0, at which reading failed.
    public var byte: Int
    /// What happened and what to do.
    public var message: String

    public var description: String { "\(path), byte \(byte): \(message)" }

    init(_ code: Code, path: String, byte: Int, _ message: String) {
        self.code = code
        self.path = path
        self.byte = byte
        self.message = message
    }
}
