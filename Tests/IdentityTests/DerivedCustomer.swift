// SPDX-License-Identifier: Apache-2.0
import Digests

/// What the engine makes of a device's keyed hash where observations bring no ids of nobody's customers.
enum DerivedCustomer {
    static func anonymous(_ device: Hash128) -> Hash128 { derive(device, "#anonymous") }
    static func waiting(_ device: Hash128, sinceMs: Int64) -> Hash128 { derive(device, "#\(sinceMs)") }

    private static func derive(_ hash: Hash128, _ suffix: String) -> Hash128 {
        var bytes: [UInt8] = []
        hash.append(to: &bytes)
        return SHA256.hash128(bytes + Array(suffix.utf8))
    }
}
