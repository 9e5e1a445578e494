// SPDX-License-Identifier: Apache-2.0
import Dispatch
import StateStore
import Synchronization
import TestSupport

extension SplitMix {
    /// Short keys of few letters, so that they meet.
    mutating func key(upTo length: Int) -> [UInt8] {
        (0..<Int.random(in: 0...length, using: &self)).map { _ in
            [0, 1, 97, 98, 254, 255].randomElement(using: &self) ?? 0
        }
    }

    /// Adds one change to a batch, and makes the same in the model.
    mutating func change(_ batch: inout WriteBatch, _ model: inout [[UInt8]: [UInt8]]) {
        let key = key(upTo: 4)
        switch Int.random(in: 0..<100, using: &self) {
        case 0:
            batch.deletePrefix(key)
            model = model.filter { !$0.key.starts(with: key) }
        case 1:
            let to = self.key(upTo: 3)
            batch.deleteRange(from: key, to: to)
            model = model.filter { $0.key.lexicographicallyPrecedes(key) || !$0.key.lexicographicallyPrecedes(to) }
        case 2..<30:
            batch.delete(key)
            model[key] = nil
        default:
            let value = [UInt8](
                repeating: UInt8.random(in: 0...255, using: &self),
                count: Int.random(in: 0...40, using: &self)
            )
            batch.put(key, value)
            model[key] = value
        }
    }
}

/// Writes x and y together 500 times while two threads check; how many checks failed.
func whileWriting(_ store: any StateStore, _ check: @Sendable () throws -> Bool) throws -> Int {
    let failures = Atomic(0)
    let isDone = Atomic(false)
    DispatchQueue.concurrentPerform(iterations: 3) { worker in
        guard worker == 0 else {
            repeat {
                if (try? check()) != true { failures.add(1, ordering: .relaxed) }
            } while !isDone.load(ordering: .acquiring)
            return
        }
        for round in 1...500 {
            do {
                try store.put([("x", "\(round)"), ("y", "\(round)")])
            } catch {
                failures.add(1, ordering: .relaxed)
            }
        }
        isDone.store(true, ordering: .releasing)
    }
    return failures.load(ordering: .relaxed)
}
