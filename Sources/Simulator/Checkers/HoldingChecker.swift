// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Pipeline
internal import Touchpoints

/// Every event is held once, by the customer that the specification names, where that customer lives; forgotten ones
/// by nobody.
struct HoldingChecker {
    let expected: Expectation

    func complaints(_ world: SimulatedWorld) throws -> [String] {
        var found: [String] = []
        var holders: [Hash128: Hash128] = [:]
        for partition in 0..<world.circumstances.partitions {
            let state = world.log.state(.journey, partition)
            var pairs: Set<[Hash128]> = []
            try state.scan(prefix: JourneyRows.touches) { key, value in
                var reader = ByteReader(value)
                let held = try reader.held()
                let customer = Hash128(bytes: key, at: 1)
                let event = held.event
                if holders.updateValue(customer, forKey: event.key) != nil { found.append("\(event.id) is held twice") }
                if event != expected.events[event.key] { found.append("\(event.id): another copy should count") }
                if Set(held.losers) != expected.losers[event.key] ?? [] || held.losers.count != Set(held.losers).count {
                    found.append("\(event.id): other losers")
                }
                let home = customer == .zero ? event.names[0].hash : customer
                if world.context.home(home) != partition {
                    found.append("\(event.id) is in the wrong partition")
                }
                if let name = held.attributedBy { pairs.insert([name.hash, customer]) }
                return true
            }
            try state.scan(prefix: JourneyRows.holders) { key, _ in
                pairs.remove([Hash128(bytes: key, at: 1), Hash128(bytes: key, at: 17)])
                return true
            }
            if !pairs.isEmpty { found.append("partition \(partition): \(pairs.count) holders are not known as such") }
            try state.scan(prefix: JourneyRows.dues) { _, _ in
                found.append("partition \(partition): somebody still waits to be folded")
                return false
            }
        }
        for (key, event) in expected.events where holders[key] != expected.held[key] {
            let (mine, theirs) = (holders[key]?.hex ?? "no one", expected.held[key]?.hex ?? "no one")
            found.append("\(event.id) at \(event.timeMs) is held by \(mine), not by \(theirs)")
        }
        return found
    }
}
