// SPDX-License-Identifier: Apache-2.0

/// Reading settings into variables that hold their defaults.
extension KeyedDecodingContainer {
    /// Takes over what is there.
    func read<T: Decodable>(_ key: Key, into value: inout T) throws {
        if let found = try decodeIfPresent(T.self, forKey: key) { value = found }
    }

    /// Takes over what is there, if it lies in the range.
    func read<T: Decodable & Comparable>(_ key: Key, into value: inout T, in range: ClosedRange<T>) throws {
        guard let found = try decodeIfPresent(T.self, forKey: key) else { return }
        guard range.contains(found) else {
            throw refusal(key, "expected \(range.lowerBound) to \(range.upperBound), found \(found)")
        }
        value = found
    }

    /// Takes over the duration that is there, if it lies in the range.
    func read(_ key: Key, into value: inout Duration, in range: ClosedRange<Duration>) throws {
        guard let found = try decodeIfPresent(DurationText.self, forKey: key) else { return }
        guard range.contains(found.duration) else {
            let bounds = "\(DurationText(range.lowerBound)) to \(DurationText(range.upperBound))"
            throw refusal(key, "expected \(bounds), found \(found)")
        }
        value = found.duration
    }

    /// Takes over the text that is there, if it passes.
    func read(_ key: Key, into value: inout String, expected: String, where passes: (String) -> Bool) throws {
        guard let found = try decodeIfPresent(String.self, forKey: key) else { return }
        guard passes(found) else { throw refusal(key, "expected \(expected), found “\(found)”") }
        value = found
    }

    /// A mistake at a key.
    func refusal(_ key: Key, _ message: String) -> DecodingError {
        .dataCorruptedError(forKey: key, in: self, debugDescription: message)
    }
}
