// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// An open file, read in order, block by block. Owns the descriptor and the block.
@safe struct FileBytes: ~Copyable {
    static let blockBytes = 256 << 10

    let path: String
    /// Bytes read so far.
    private(set) var position = 0
    private let descriptor: Int32
    private let ownsDescriptor: Bool
    private let block: UnsafeMutableRawBufferPointer

    /// `-` is standard input.
    init(path: String) throws(LineReaderError) {
        let isStandardInput = path == "-"
        let descriptor = isStandardInput ? 0 : unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(errno, path, 0) }
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT != S_IFDIR else {
            let code = facts.st_mode & S_IFMT == S_IFDIR ? EISDIR : errno
            if !isStandardInput { _ = Glibc.close(descriptor) }
            throw Self.failure(code, path, 0)
        }
        if facts.st_mode & S_IFMT == S_IFREG { _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
        self.path = path
        self.descriptor = descriptor
        ownsDescriptor = !isStandardInput
        unsafe block = .allocate(byteCount: Self.blockBytes, alignment: 64)
    }

    deinit {
        if ownsDescriptor { _ = Glibc.close(descriptor) }
        unsafe block.deallocate()
    }

    /// The next bytes, empty at the end. They lie in the block until the next call.
    mutating func next() throws(LineReaderError) -> UnsafeRawBufferPointer {
        while true {
            let count = unsafe Glibc.read(descriptor, block.baseAddress, block.count)
            if count >= 0 {
                position += count
                return unsafe UnsafeRawBufferPointer(rebasing: block[..<count])
            }
            guard errno == EINTR else { throw Self.failure(errno, path, position) }
        }
    }

    private static func failure(_ code: Int32, _ path: String, _ byte: Int) -> LineReaderError {
        let reason = unsafe String(cString: strerror(code))
        return switch code {
        case ENOENT, ENOTDIR: LineReaderError(.notFound, path: path, byte: byte, "\(reason); check the name")
        case EACCES, EPERM: LineReaderError(.denied, path: path, byte: byte, "\(reason); let this user read it")
        case EISDIR: LineReaderError(.isFolder, path: path, byte: byte, "\(reason); name the files in it")
        default: LineReaderError(.io, path: path, byte: byte, "\(reason); check the disk")
        }
    }
}
