// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// What is older stands for good, and is kept per link and device instead of per observation: the *base*.
///
/// The base as of a horizon says of each link whether it stands there and since when, and of each device that had
/// several people, or was in a component that was ever taken apart, who had it when. It follows from what is older, and
/// later results follow from it and from what is not. It takes many commits to write, so there are two generations of
/// it: while one counts the other is written; then one row says that it counts from now on.
struct Horizon: Sendable {
    /// What is under way: some links and devices in each commit.
    enum Sweep: Sendable {
        /// The next base is written: links first, then devices.
        case writing(toMs: Int64, links: Int, devices: Int)
        /// It counts. What the observations of before took is given back, with the rows of the base before.
        case dropping(companies: Int, links: Int, devices: Int)
    }

    /// Where the base counts from: the start of a bucket. The least time there is: there is none.
    var ms = Int64.min
    /// That of the base that counts, 0 or 1.
    var generation: UInt8 = 0
    var sweep: Sweep?
    /// The other generation may have rows that no link or device should have.
    var mayBeStale = false
    /// Devices whose turns before the horizon are the base's.
    var devices: Set<Int32> = []
    /// Those of the base that is written.
    var devicesNext: [Int32: [TurnTable.Turn]] = [:]
    /// Observations that came too late to count.
    var tooLate = 0

    var exists: Bool { ms > .min }
    /// Before everything that counts by itself.
    var start: Moment { Moment(timeMs: ms, content: -1) }
    /// What comes from before this is too late: what the base that is written says shall not change any more.
    var boundMs: Int64 {
        if case .writing(let toMs, _, _) = sweep { toMs } else { ms }
    }

    /// What is written begins anew, for what it says of the past is no longer right.
    mutating func startOver() {
        guard case .writing(let toMs, _, _) = sweep else { return }
        sweep = .writing(toMs: toMs, links: 0, devices: 0)
        devicesNext.removeAll()
        mayBeStale = true
    }
}
