// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The order of keys: as unsigned bytes, the shorter of two that agree first.
enum KeyOrder {
    /// Less than, equal to or greater than zero.
    static func compare(_ a: [UInt8], _ b: [UInt8]) -> Int {
        let common = min(a.count, b.count)
        let order = unsafe a.withUnsafeBytes { left in
            unsafe b.withUnsafeBytes { right in
                guard common > 0, let left = left.baseAddress, let right = right.baseAddress else { return Int32(0) }
                return unsafe memcmp(left, right, common)
            }
        }
        return order != 0 ? Int(order) : a.count - b.count
    }

    /// The first key after all that begin with `prefix`; nil when there is none (the prefix is empty or all 0xFF).
    static func end(ofPrefix prefix: [UInt8]) -> [UInt8]? {
        guard let last = prefix.lastIndex(where: { $0 != 0xFF }) else { return nil }
        var end = Array(prefix[...last])
        end[last] += 1
        return end
    }
}
