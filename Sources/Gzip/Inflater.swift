// SPDX-License-Identifier: Apache-2.0
internal import CZlib

/// Decompresses gzip, member after member, as `gzip -d` does: zeros after the last member are padding.
@safe struct Inflater: ~Copyable {
    enum Failure: Error {
        /// What zlib says, and at which byte of the whole input.
        case corrupt(String, byte: Int)
        case noMemory
    }

    private enum State {
        /// Inside a member.
        case inside
        /// Between members: the end of the input is welcome here.
        case between
        /// Only zeros may come.
        case padding
    }

    // On the heap: zlib keeps the address.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutableRawBufferPointer
    private var state = State.inside
    /// The last call filled its output: zlib may hold more.
    private var holdsMore = false
    /// Damage, thrown once what came out before it is taken.
    private var failure: Failure?
    /// Bytes of input used up.
    private(set) var consumed = 0

    init() throws(Failure) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe output = .allocate(byteCount: FileBytes.blockBytes, alignment: 64)
        guard unsafe tabiji_inflate_init_gzip(stream) == Z_OK else {
            throw .noMemory
        }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
        unsafe output.deallocate()
    }

    /// Whether the input may end here.
    var mayEnd: Bool { state != .inside }

    /// Takes input that stays in place until all of it is used up.
    mutating func feed(_ input: UnsafeRawBufferPointer) {
        let bytes = unsafe input.assumingMemoryBound(to: UInt8.self).baseAddress
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes)
        unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
    }

    /// The next decompressed bytes; empty: more input is needed. They lie in the inflater until the next call.
    mutating func next() throws(Failure) -> UnsafeRawBufferPointer {
        if let failure { throw failure }
        while unsafe stream.pointee.avail_in > 0 || holdsMore {
            guard try entersMember() else { break }
            unsafe stream.pointee.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
            unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
            let before = unsafe stream.pointee.avail_in
            let verdict = unsafe inflate(stream, Z_NO_FLUSH)
            unsafe consumed += Int(before - stream.pointee.avail_in)
            switch verdict {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: state = .between
            case Z_MEM_ERROR: throw .noMemory
            default:
                let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
                failure = .corrupt(reason ?? "code \(verdict)", byte: consumed)
            }
            holdsMore = unsafe verdict == Z_OK && stream.pointee.avail_out == 0
            let count = unsafe output.count - Int(stream.pointee.avail_out)
            if count > 0 { return unsafe UnsafeRawBufferPointer(rebasing: output[..<count]) }
            if let failure { throw failure }
            if verdict == Z_BUF_ERROR { break }
        }
        return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Between members: begins the next one, or skips padding. False: this input is used up.
    private mutating func entersMember() throws(Failure) -> Bool {
        while state != .inside {
            guard unsafe stream.pointee.avail_in > 0, let first = unsafe stream.pointee.next_in?.pointee else {
                return false
            }
            if first == 0 {
                state = .padding
                unsafe stream.pointee.next_in += 1
                unsafe stream.pointee.avail_in -= 1
                consumed += 1
            } else if state == .between, first == 0x1F {
                unsafe inflateReset(stream)
                state = .inside
            } else {
                throw .corrupt("bytes that are not gzip follow the compressed ones", byte: consumed)
            }
        }
        return true
    }
}
