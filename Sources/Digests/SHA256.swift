// SPDX-License-Identifier: Apache-2.0
internal import CCrypto

/// SHA-256, incremental. The context is a plain value, so a prefix can be hashed once and continued many times.
public struct SHA256: Sendable {
    private var context = SHA256_CTX()

    public init() {
        unsafe SHA256_Init(&context)
    }

    public mutating func update(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { buffer in _ = unsafe SHA256_Update(&context, buffer.baseAddress, buffer.count) }
    }

    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBytes { buffer in _ = unsafe SHA256_Update(&context, buffer.baseAddress, buffer.count) }
    }

    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { buffer in _ = unsafe SHA256_Update(&context, buffer.baseAddress, buffer.count) }
    }

    public mutating func update(_ byte: UInt8) {
        unsafe withUnsafeBytes(of: byte) { buffer in _ = unsafe SHA256_Update(&context, buffer.baseAddress, 1) }
    }

    /// Its 16 bytes, big-endian.
    public mutating func update(_ hash: Hash128) {
        unsafe withUnsafeBytes(of: (hash.high.bigEndian, hash.low.bigEndian)) { buffer in
            _ = unsafe SHA256_Update(&context, buffer.baseAddress, 16)
        }
    }

    /// Each text with its length, so that no two lists feed the same bytes.
    public mutating func update(texts: [String]) {
        for text in texts { update("\(text.utf8.count) \(text)\n") }
    }

    /// The 32 bytes of the digest.
    public consuming func finalize() -> [UInt8] {
        var context = context
        var out = [UInt8](repeating: 0, count: 32)
        unsafe out.withUnsafeMutableBufferPointer { buffer in _ = unsafe SHA256_Final(buffer.baseAddress, &context) }
        return out
    }

    /// The first 16 bytes of the digest.
    public consuming func hash128() -> Hash128 {
        var context = context
        return unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 4) { words in
            unsafe words.withMemoryRebound(to: UInt8.self) { _ = unsafe SHA256_Final($0.baseAddress, &context) }
            return unsafe Hash128(high: UInt64(bigEndian: words[0]), low: UInt64(bigEndian: words[1]))
        }
    }

    /// Feeds the digest of another into this one.
    mutating func update(finishing other: consuming SHA256) {
        var context = other.context
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { bytes in
            _ = unsafe SHA256_Final(bytes.baseAddress, &context)
            _ = unsafe SHA256_Update(&self.context, bytes.baseAddress, 32)
        }
    }

    /// The first 16 bytes of the SHA-256 of some bytes.
    public static func hash128(_ bytes: [UInt8]) -> Hash128 {
        var sha = SHA256()
        sha.update(bytes)
        return sha.hash128()
    }
}
