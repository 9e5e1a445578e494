// SPDX-License-Identifier: Apache-2.0

/// A walk forward in time over the observations that may come out otherwise than they did.
///
/// For each link the pass knows what the observations still ahead *assumed* when they were taken: whether the link
/// stood, and when it was last seen. A link is *dirty* where that differs from what is true now:
/// - `assumed`: it stood then and does not now, or the other way round;
/// - `isTimed`: it is seen at other times than it was; from its next sight on (`until`) the last sight is the same
///   again. While it stands neither before nor now, nobody asks when it was last seen, and it takes a sight to make
///   it stand again.
///
/// An observation depends on the links of the components of its names. So it comes out as before unless one of these
/// components holds an end of a dirty link. (It is enough to look at the components as they are now: where an old one
/// and a new one differ, they differ by a dirty link, whose ends are in both.) And of those that touch such a
/// component only these can do anything else than before:
/// - those that changed a link, now in reach by the histories of the links of the component's members;
/// - those that see a link which stood then and does not now, for that link is fresh to them.
///
/// All others find their links standing, before as now, and change nothing.
struct Pass: Sendable {
    struct Flag: Sendable {
        var assumed: Bool?
        var isTimed = false
        /// nil: for ever.
        var until: Moment?
    }

    enum Reason: Sendable {
        /// The next change of a link at an identifier.
        case change(Int32)
        /// The next sight of a link.
        case sight(Int32)
    }

    struct Entry: Sendable {
        var moment: Moment
        var reason: Reason
    }

    /// What lies ahead, the earliest first.
    var ahead = Heap<Entry>()
    /// What is ahead for each identifier and each link.
    var changes: [Int32: Moment] = [:]
    var sights: [Int32: Moment] = [:]
    var flags: [Int32: Flag] = [:]
    /// Flagged links, by their ends.
    var ends: [Int32: [Int32]] = [:]
    /// Identifiers whose components are to be taken anew at all times.
    var watched: Set<Int32> = []
    /// Labels of present components that are no longer right, with the last moment at which something changed.
    var stale: [Int32: Int64] = [:]
    /// Links whose history changed.
    var changed: Set<Int32> = []
    /// Devices in components that differ from before, and since when.
    var turning: [Int32: Moment] = [:]

    var isOpen: Bool { !stale.isEmpty || !flags.isEmpty || !changed.isEmpty || !turning.isEmpty }
}
