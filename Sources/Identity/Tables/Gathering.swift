// SPDX-License-Identifier: Apache-2.0

/// The first people that a value was seen with, when they are many: anybody is found at once, and the last of them.
struct Gathering: Sendable {
    private struct Meeting: Sendable {
        var moment: Moment
        var person: Int32
    }

    private var met: [Int32: Moment] = [:]
    /// The last first; empty until they are too many. Meetings that turned out to be earlier are in it at both moments.
    private var last = Heap<Meeting>()

    /// Takes a sight of a person. When there are too many: the moment of the last of the first `most + 1`; nil: there
    /// are not, or nothing changed.
    mutating func meet(_ person: Int32, at moment: Moment, most: Int, _ isBefore: (Moment, Moment) -> Bool) -> Moment? {
        if let known = met[person], !isBefore(moment, known) { return nil }
        met[person] = moment
        guard met.count > most else { return nil }
        if last.isEmpty || last.count > 2 * met.count {
            last = Heap()
            for (person, moment) in met { push(Meeting(moment: moment, person: person), isBefore) }
        } else {
            push(Meeting(moment: moment, person: person), isBefore)
        }
        if met.count > most + 1, let gone = latest(isBefore) { met[gone.person] = nil }
        return latest(isBefore)?.moment
    }

    private mutating func push(_ meeting: Meeting, _ isBefore: (Moment, Moment) -> Bool) {
        last.push(meeting) { isBefore($1.moment, $0.moment) }
    }

    private mutating func latest(_ isBefore: (Moment, Moment) -> Bool) -> Meeting? {
        while let meeting = last.first, met[meeting.person] != meeting.moment {
            _ = last.pop { isBefore($1.moment, $0.moment) }
        }
        return last.first
    }
}
