// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Pipeline

/// What identity and journey read when the workload goes through all roles: in the order in which it came to them.
struct RecordedInputs {
    private(set) var identity: [RecordBatch] = []
    /// Of the inbox and of moves.
    private(set) var journey: [RecordBatch] = []
    /// Entries of the identity log.
    private(set) var observations = 0

    init(_ batches: [RecordBatch], _ configuration: TabijiConfiguration) throws {
        let chain = try RoleChain(configuration)
        var clock = BenchmarkClock()
        for batch in batches {
            let nowMs = clock.next()
            var (links, inbox, moves) = (RecordBatch(), RecordBatch(), RecordBatch())
            try chain.work(.intake, batch, nowMs: nowMs) { transaction in
                links = RecordBatch(transaction, of: [.links])
                inbox = RecordBatch(transaction, of: [.inbox])
            }
            if !links.isEmpty {
                identity.append(links)
                observations += try RoleChain.observations(in: links)
                try chain.work(.identity, links, nowMs: nowMs) { moves = RecordBatch($0, of: [.moves]) }
            }
            var waiting = [inbox, moves]
            while !waiting.isEmpty {
                let next = waiting.removeFirst()
                if next.isEmpty { continue }
                journey.append(next)
                try chain.work(.journey, next, nowMs: nowMs) { waiting.append(RecordBatch($0, of: [.moves])) }
            }
        }
        try chain.close()
    }
}
