// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody may have meant.
public enum NearestName {
    /// The candidate with the smallest edit distance, if it is near enough to be a slip; at equal distances the first in order.
    public static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(name.lowercased().utf8)
        let limit = max(2, typed.count / 3)
        let scored = candidates.map { (distance: distance(typed, Array($0.lowercased().utf8)), name: $0) }
        return scored.min { ($0.distance, $0.name) < ($1.distance, $1.name) }.flatMap {
            $0.distance <= limit ? $0.name : nil
        }
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn one into the other.
    ///
    /// **Complexity** O(nm)
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var (before, last) = ([Int](), Array(0...b.count))
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
