// SPDX-License-Identifier: Apache-2.0

/// Which values were seen with too many people, and since which observation.
///
/// A hub depends on observations alone, not on links, forgetting or consent: it is one from the moment at which the
/// first person too many is seen. So of each value only the earliest moments of the first `most + 1` distinct people
/// matter, and late observations can only make that moment earlier.
struct HubTable: Sendable {
    private struct Meeting: Sendable {
        var moment: Moment
        var person: Int32
        var next: Int32
    }

    /// So many people, if they are not too many, are a list; more are a `Gathering`.
    private static let few = 8

    /// When each hub became one.
    private(set) var since: [Int32: Moment] = [:]
    private var meetings: [Meeting] = []
    private var free: Int32 = -1
    private var gatherings: [Gathering] = []
    /// For each value its first meeting; −1: none, below: −2 − the number of its gathering.
    private var first: [Int32] = []

    mutating func grow(to count: Int) {
        if first.count < count { first += repeatElement(-1, count: count - first.count) }
    }

    /// Takes a sight of a person with a value that may have `most` people. True: the value became a hub, or earlier.
    mutating func meet(
        _ person: Int32,
        _ value: Int32,
        at moment: Moment,
        most: Int,
        isBefore: (Moment, Moment) -> Bool
    ) -> Bool {
        if !since.isEmpty, let since = since[value], !isBefore(moment, since) { return false }
        var (count, place) = (0, first[Int(value)])
        while place >= 0 {
            if meetings[Int(place)].person == person {
                if isBefore(moment, meetings[Int(place)].moment) { meetings[Int(place)].moment = moment }
                return false
            }
            count += 1
            place = meetings[Int(place)].next
        }
        if first[Int(value)] >= -1 {
            if count < min(most, Self.few) {
                add(Meeting(moment: moment, person: person, next: first[Int(value)]), value)
                return false
            }
            gather(value, isBefore)
        }
        let gathering = -2 - Int(first[Int(value)])
        guard let latest = gatherings[gathering].meet(person, at: moment, most: most, isBefore), since[value] != latest
        else { return false }
        since[value] = latest
        return true
    }

    private mutating func add(_ meeting: Meeting, _ value: Int32) {
        if free >= 0 {
            first[Int(value)] = free
            free = meetings[Int(free)].next
            meetings[Int(first[Int(value)])] = meeting
        } else {
            first[Int(value)] = Int32(meetings.count)
            meetings.append(meeting)
        }
    }

    /// Makes a value's list a gathering.
    private mutating func gather(_ value: Int32, _ isBefore: (Moment, Moment) -> Bool) {
        var gathering = Gathering()
        var place = first[Int(value)]
        while place >= 0 {
            let meeting = meetings[Int(place)]
            _ = gathering.meet(meeting.person, at: meeting.moment, most: .max, isBefore)
            meetings[Int(place)].next = free
            free = place
            place = meeting.next
        }
        first[Int(value)] = -2 - Int32(gatherings.count)
        gatherings.append(gathering)
    }
}
