// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// A record of the owners topic: the newest ownership map of an identifier. Packed: format byte, map.
enum OwnerRecord {
    static let format: UInt8 = 1

    static func bytes(_ map: OwnershipMap) -> [UInt8] {
        var writer = ByteWriter()
        writer.byte(format)
        writer.ownershipMap(map)
        return writer.bytes
    }

    static func map(_ bytes: [UInt8]) throws(PackedError) -> OwnershipMap {
        var reader = ByteReader(bytes)
        let format = try reader.byte()
        guard format <= Self.format else { throw .newerFormat(format) }
        return try reader.ownershipMap()
    }
}
