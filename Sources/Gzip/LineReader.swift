// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Reads the lines of a file or of standard input, plain or gzip (told by the first two bytes, several members in a row
/// included).
///
/// Memory is bounded whatever the input: a block of the file, a block of what it unpacks to, and the caller's arena. Of
/// a line that is too long the first `lineBytesMax + 1` bytes are kept, which is enough to judge it, and its length.
/// Lines end with LF or CRLF; the last may do without. Blank lines are delivered like others.
///
/// Belongs to the thread that uses it.
@safe public struct LineReader: ~Copyable {
    /// One line, without its end.
    public struct Line: Sendable, Equatable {
        /// Range of the arena; at most `lineBytesMax + 1` bytes.
        public var bytes: Range<Int>
        /// Bytes that the line really has.
        public var length: Int
        /// Counted from 1.
        public var number: Int
    }

    /// Lines delivered so far.
    public private(set) var lineCount = 0

    private var file: FileBytes
    private var inflater: Inflater?
    private let lineBytesMax: Int
    /// What is left to take of the file, or of what it unpacks to, begins at `position`.
    private var block: UnsafeRawBufferPointer = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    private var position = 0
    private var isStarted = false
    private var isEnded = false
    /// Met before: the next call throws it (again).
    private var failure: LineReaderError?

    /// Opens a file; `-` is standard input.
    ///
    /// `lineBytesMax`: bytes of a line beyond which it is cut, **default** 1 MiB.
    /// Throws: `notFound`, `denied`, `isFolder`, `io`.
    public init(path: String, lineBytesMax: Int = 1 << 20) throws(LineReaderError) {
        file = try FileBytes(path: path)
        self.lineBytesMax = lineBytesMax
    }

    /// Replaces what the arena and the list hold with the next lines: about `bytesMax` bytes, at least one line.
    ///
    /// Returns false, with both empty, when there are no more. What was read before a failure is delivered first: the
    /// error comes with the call after.
    /// Throws: `io`, `corrupt`, `cutShort`.
    public mutating func next(
        into arena: inout [UInt8],
        lines: inout [Line],
        bytesMax: Int
    ) throws(LineReaderError) -> Bool {
        arena.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        var taken = 0
        while taken < bytesMax, let line = try nextLine(&arena, isFirst: lines.isEmpty) {
            lines.append(line)
            taken += line.bytes.count + 1
        }
        return !lines.isEmpty
    }

    private mutating func nextLine(_ arena: inout [UInt8], isFirst: Bool) throws(LineReaderError) -> Line? {
        let start = arena.count
        var length = 0
        var last: UInt8 = 0
        while true {
            if unsafe position == block.count {
                do throws(LineReaderError) {
                    if let failure { throw failure }
                    try refill()
                } catch {
                    arena.removeSubrange(start...)
                    failure = error
                    guard !isFirst else { throw error }
                    return nil
                }
                if isEnded {
                    guard length > 0 else { return nil }
                    break
                }
            }
            let rest = unsafe UnsafeRawBufferPointer(rebasing: block[position...])
            let end = unsafe rest.firstLineFeed ?? rest.count
            let room = lineBytesMax + 1 - (arena.count - start)
            unsafe arena.append(contentsOf: rest[..<min(end, room)])
            length += end
            if end > 0 { last = unsafe rest[end - 1] }
            position += end
            if end < rest.count {
                position += 1
                break
            }
        }
        if last == 13, length > 0 {
            length -= 1
            if arena.count - start > length { arena.removeLast() }
        }
        lineCount += 1
        return Line(bytes: start..<arena.count, length: length, number: lineCount)
    }

    private mutating func refill() throws(LineReaderError) {
        unsafe block = UnsafeRawBufferPointer(start: nil, count: 0)
        position = 0
        guard !isEnded else { return }
        if !isStarted { return try start() }
        guard inflater != nil else {
            unsafe block = try file.next()
            isEnded = unsafe block.isEmpty
            return
        }
        try unpack()
    }

    /// Reads the first block, and tells by it whether the file is compressed.
    private mutating func start() throws(LineReaderError) {
        isStarted = true
        unsafe block = try file.next()
        isEnded = unsafe block.isEmpty
        guard unsafe block.count >= 2 ? block[0] == 0x1F && block[1] == 0x8B : block.first == 0x1F else { return }
        do throws(Inflater.Failure) {
            inflater = try Inflater()
        } catch {
            throw describe(error)
        }
        unsafe inflater?.feed(block)
        unsafe block = UnsafeRawBufferPointer(start: nil, count: 0)
        try unpack()
    }

    private mutating func unpack() throws(LineReaderError) {
        while true {
            do throws(Inflater.Failure) {
                unsafe block = try inflater?.next() ?? block
            } catch {
                throw describe(error)
            }
            guard unsafe block.isEmpty else { return }
            let input = unsafe try file.next()
            if unsafe !input.isEmpty {
                unsafe inflater?.feed(input)
                continue
            }
            isEnded = true
            guard inflater?.mayEnd == false else { return }
            throw LineReaderError(
                .cutShort,
                path: file.path,
                byte: file.position,
                "the compressed file ends in the middle; copy it again"
            )
        }
    }

    private func describe(_ failure: Inflater.Failure) -> LineReaderError {
        switch failure {
        case .corrupt(let reason, let byte):
            LineReaderError(.corrupt, path: file.path, byte: byte, "damaged gzip: \(reason); copy the file again")
        case .noMemory:
            LineReaderError(.io, path: file.path, byte: file.position, "no memory to decompress with")
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var firstLineFeed: Int? {
        guard let start = baseAddress, let found = unsafe memchr(start, 10, count) else { return nil }
        return unsafe start.distance(to: found)
    }
}
