// SPDX-License-Identifier: Apache-2.0
internal import CSimdJSON

/// Parses JSON into documents: simdjson does the work, a slow parser of ours decides where the two rules differ (lone
/// surrogates, integers
/// beyond 64 bits, numbers whose doubles hide digits, whatever simdjson refuses). Both leave a tape that one pass
/// makes a document of.
///
/// Owns simdjson's parser and the padded copy of what is parsed. One thread at a time.
@safe
public final class JSONParser {
    /// What a parse found.
    public enum Outcome: Sendable, Equatable {
        case parsed
        /// No JSON: not UTF-8, over 128 levels, a number beyond a double, bytes after the value, or plain nonsense.
        case malformed
    }

    private let parser: OpaquePointer?
    private var padded = unsafe UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
    private var pass = TapePass()

    public init() {
        // Without memory for simdjson's parser the slow one does it all.
        unsafe parser = csimdjson_create()
    }

    deinit {
        if let parser = unsafe parser { unsafe csimdjson_free(parser) }
        unsafe padded.deallocate()
    }

    /// Parses one value.
    /// - Parameters:
    ///   - range: Of `bytes`; clamped to it.
    ///   - levels: How deep it may be.
    ///   - document: What was parsed, its memory used again. Meaningless when malformed.
    public func parse(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        levels: Int = 128,
        into document: inout JSONDocument
    ) -> Outcome {
        let range = range.clamped(to: 0..<bytes.count)
        switch fast(bytes, range, levels, &document) {
        case .done: return .parsed
        case .malformed: return .malformed
        case .undecided: return slow(bytes, range, levels, &document)
        }
    }

    /// What the slow parser alone makes of it.
    func parseSlowly(_ bytes: [UInt8], levels: Int = 128, into document: inout JSONDocument) -> Outcome {
        slow(bytes, 0..<bytes.count, levels, &document)
    }

    private func fast(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        _ levels: Int,
        _ document: inout JSONDocument
    ) -> TapePass.Verdict {
        guard let parser = unsafe parser, !range.isEmpty else { return .undecided }
        pad(bytes, range)
        let found = unsafe csimdjson_parse(parser, padded.baseAddress, range.count)
        guard unsafe found.error == 0, let tape = unsafe found.tape, let strings = unsafe found.strings else {
            return .undecided
        }
        let words = unsafe UnsafeBufferPointer(start: tape, count: found.tape_count)
        let digits = unsafe UnsafeBufferPointer(start: padded.baseAddress, count: range.count)
        return unsafe pass.run(tape: words, strings: strings, source: digits, levels: levels, into: &document)
    }

    private func slow(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        _ levels: Int,
        _ document: inout JSONDocument
    ) -> Outcome {
        var strict = StrictParser(bytes, range)
        guard strict.parse() else { return .malformed }
        let verdict = unsafe strict.tape.withUnsafeBufferPointer { tape in
            unsafe strict.strings.withUnsafeBufferPointer { strings in
                guard let base = strings.baseAddress else { return TapePass.Verdict.malformed }
                return unsafe pass.run(tape: tape, strings: base, source: nil, levels: levels, into: &document)
            }
        }
        return verdict == .done ? .parsed : .malformed
    }

    private func pad(_ bytes: [UInt8], _ range: Range<Int>) {
        let padding = csimdjson_padding()
        let needed = range.count + padding
        if unsafe padded.count < needed {
            unsafe padded.deallocate()
            unsafe padded = .allocate(capacity: max(needed, 4096).nextPowerOf2)
        }
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress, let to = unsafe padded.baseAddress else { return }
            unsafe to.update(from: from + range.lowerBound, count: range.count)
            unsafe (to + range.count).update(repeating: 0, count: padding)
        }
    }
}

extension Int {
    fileprivate var nextPowerOf2: Int { 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
