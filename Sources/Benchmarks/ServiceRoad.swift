// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Pipeline
internal import Synchronization

/// A service with all roles that is run until it has worked through the workload.
final class ServiceRoad: Sendable {
    private let service: Service
    private let events: Int
    private let first = FirstRecord()
    private let profileInterval: Duration

    /// - Parameter events: records that it will read.
    init(_ configuration: TabijiConfiguration, log: any EventLog, events: Int) throws {
        self.events = events
        profileInterval = configuration.service.profileInterval
        let first = first
        service = try Service(configuration, log: log, roles: [.intake, .identity, .journey]) { first.note($0) }
    }

    /// Runs it until all is read and nothing is left to do.
    ///
    /// The wall clock begins with the first record that is read, so that waiting for partitions does not count, and ends when all roles
    /// have caught up. The CPU time begins before the start and goes on until the profiles that wait have gone out too.
    ///
    /// - Parameter feed: appends the events while the service runs.
    func run(feed: () throws -> Void) throws -> Sample {
        let (cpu, calls) = (ProcessUsage.now().cpuSeconds, Sample.calls)
        service.start()
        try feed()
        let caughtUp = try awaitCaughtUp()
        Thread.sleep(forTimeInterval: profileInterval.seconds + 0.5)
        _ = try awaitCaughtUp()
        let used = ProcessUsage.now().cpuSeconds - cpu
        let allocations = Sample.calls - calls
        service.stop()
        try service.join()
        guard let began = first.at else { throw BenchmarkFailure("no record was read") }
        return Sample(cpuSeconds: used, wallSeconds: (caughtUp - began).seconds, allocations: allocations)
    }

    /// How long nothing may move.
    private static let patience = Duration.seconds(60)

    private func awaitCaughtUp() throws -> ContinuousClock.Instant {
        var moved = (count: 0, at: ContinuousClock.now)
        while ContinuousClock.now - moved.at < Self.patience {
            guard service.isRunning else {
                try service.join()
                throw BenchmarkFailure("the service stopped")
            }
            let status = service.current
            let isDone =
                status.read >= events && status.copies >= status.accepted
                && status.roles.values.allSatisfy { $0.isCaughtUp && $0.partitions > 0 }
            if isDone { return ContinuousClock.now }
            let count = status.roles.values.reduce(0) { $0 + $1.records + $1.commits + $1.restoredRecords }
            if count != moved.count { moved = (count, ContinuousClock.now) }
            Thread.sleep(forTimeInterval: 0.005)
        }
        throw BenchmarkFailure("nothing moved for \(Self.patience), yet not all is done: \(service.current)")
    }
}

/// When the first record was read.
private final class FirstRecord: Sendable {
    private let instant = Mutex<ContinuousClock.Instant?>(nil)

    var at: ContinuousClock.Instant? { instant.withLock { $0 } }

    func note(_ fact: ServiceFact) {
        guard case .processed = fact else { return }
        instant.withLock { if $0 == nil { $0 = ContinuousClock.now } }
    }
}
