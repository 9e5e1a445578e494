// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Synchronization
internal import Touchpoints

/// What intake knows of the owners of identifiers: a bounded cache of the owners topic. It starts empty; knowing nothing is always safe.
final class OwnerView: Sendable {
    private let maps: Mutex<[Hash128: OwnershipMap]>
    private let entriesMax: Int

    init(entriesMax: Int) {
        self.entriesMax = entriesMax
        maps = Mutex([:])
    }

    func map(of identifier: Hash128) -> OwnershipMap? { maps.withLock { $0[identifier] } }

    /// A map that has been committed.
    func learn(_ map: OwnershipMap) {
        maps.withLock { maps in
            if let known = maps[map.identifier.hash], known.version >= map.version { return }
            if maps.count >= entriesMax, maps[map.identifier.hash] == nil { maps.removeAll(keepingCapacity: true) }
            maps[map.identifier.hash] = map
        }
    }
}
