// SPDX-License-Identifier: Apache-2.0

/// What went wrong with a store, and what to do about it. Holds paths, never keys or values.
public struct StateStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String {
            case locked, corrupt, noSpace, io, denied, closed, newerFormat, invalid
        }
        private let name: Name

        /// Another process, or this one, has the store open.
        public static let locked = Code(name: .locked)
        /// Files are damaged or missing.
        public static let corrupt = Code(name: .corrupt)
        /// The disk, or a quota, is full.
        public static let noSpace = Code(name: .noSpace)
        /// The system failed to read or write.
        public static let io = Code(name: .io)
        /// The permissions of the folder do not allow it.
        public static let denied = Code(name: .denied)
        /// The store was closed before.
        public static let closed = Code(name: .closed)
        /// A newer program wrote the store.
        public static let newerFormat = Code(name: .newerFormat)
        /// A setting or an argument that the store refuses.
        public static let invalid = Code(name: .invalid)

        public var description: String { name.rawValue }
    }

    public var code: Code
    /// What failed, with the store's own words, and what to do.
    public var message: String

    /// The same call may succeed later without anybody's help.
    public var isRetriable: Bool { code == .locked || code == .noSpace || code == .io }

    public var description: String { "state store \(code): \(message)" }

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static func closed(_ path: String) -> StateStoreError {
        StateStoreError(.closed, "the store at \(path) was closed; open it again")
    }

    /// Reads RocksDB's `Status` text, such as `IO error: While lock file: …/LOCK: Resource temporarily unavailable`.
    static func classify(_ status: String, doing action: String, path: String) -> StateStoreError {
        let (code, advice) = verdict(status)
        return StateStoreError(code, "cannot \(action) the store at \(path): \(status). \(advice)")
    }

    private static func verdict(_ status: String) -> (Code, String) {
        func says(_ text: String) -> Bool { status.contains(text) }
        if says("lock file") || says("lock hold by current process") || says("/LOCK:") {
            return says("Permission denied")
                ? (.denied, "Run as the folder's owner, or give this user the folder.")
                : (.locked, "Another process has it open: stop that one, or name another data folder.")
        }
        if says("No space left") || says("Disk quota exceeded") {
            return (.noSpace, "Free some space; nothing that was acknowledged is lost.")
        }
        if says("Permission denied") || says("Read-only file system") || says("Operation not permitted") {
            return (.denied, "Run as the folder's owner, or give this user the folder.")
        }
        if says("unsupported format version") || says("Unsupported compression") || says("Not implemented") {
            return (.newerFormat, "It was written by a newer program: run that version.")
        }
        if status.hasPrefix("Corruption") || says("No such file or directory") || says("CURRENT file")
            || says("checksum")
        {
            return (
                .corrupt,
                "Files are damaged or missing: restore the folder from a copy, or move it away and let the state be "
                    + "rebuilt from the log."
            )
        }
        if status.hasPrefix("Invalid argument") {
            return (.invalid, "Check the store's settings and that the folder holds nothing but this store.")
        }
        return (.io, "Check the disk and the system's log.")
    }
}
