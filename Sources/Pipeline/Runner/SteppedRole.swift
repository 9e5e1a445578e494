// SPDX-License-Identifier: Apache-2.0

/// A role as a process runs it, worker and engine, over a session and a clock from elsewhere, one step at a time: what a
/// simulation drives.
package final class SteppedRole {
    package let role: Role
    private let worker: Worker
    private let owners: OwnerView

    /// - Parameters:
    ///   - session: where records come from and go to.
    ///   - clock: the worker's time, in milliseconds.
    package init(_ role: Role, _ plan: RolePlan, session: any LogSession, clock: @escaping () -> Int64) {
        self.role = role
        owners = OwnerView(entriesMax: plan.journey.mapsCachedMax)
        let engine: any RoleEngine
        switch role {
        case .intake:
            var context = plan.intakeContext
            context.owners = owners
            engine = IntakeEngine(context: context)
        case .identity:
            engine = IdentityRole(plan, owners: nil)
        case .journey: engine = JourneyEngine(context: plan.journeyContext)
        }
        worker = Worker(
            role: role,
            engine: engine,
            session: session,
            settings: plan.worker,
            clock: clock,
            observe: { _ in }
        )
    }

    /// A poll and what follows from it.
    /// - Returns: false when there is nothing left to do.
    package func step() throws -> Bool { try worker.step(waitMs: 0) }

    /// Intake hears of a record of the owners topic.
    package func learn(owner record: [UInt8]) throws { owners.learn(try OwnerRecord.map(record)) }

    /// Intake ends a bounded run with the last tick.
    package func finish(atMs timeMs: Int64) throws {
        guard let intake = worker.engine as? IntakeEngine else { return }
        worker.amend { intake.finish(atMs: timeMs, into: &$0) }
        try worker.commit()
    }

    /// The sums over the partitions of a journey worker; zeros of other roles.
    package var totals: JourneyTotals { (worker.engine as? JourneyEngine)?.totals ?? JourneyTotals() }
}
