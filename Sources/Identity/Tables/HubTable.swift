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

    /// When each hub became one.
    private(set) var since: [Int32: Moment] = [:]
    private var meetings: [Meeting] = []
    private var first: [Int32] = []

    mutating func grow(to count: Int) {
        if first.count < count { first += [Int32](repeating: -1, count: count - first.count) }
    }

    /// Takes a sight of a person with a value that may have `most` people. True: the value became a hub, or earlier.
    mutating func meet(
        _ person: Int32,
        _ value: Int32,
        at moment: Moment,
        most: Int,
        isBefore: (Moment, Moment) -> Bool
    ) -> Bool {
        if let since = since[value], !isBefore(moment, since) { return false }
        var count = 0
        var (last, place) = (Int32(-1), first[Int(value)])
        while place >= 0 {
            let meeting = meetings[Int(place)]
            if meeting.person == person {
                guard isBefore(moment, meeting.moment) else { return false }
                meetings[Int(place)].moment = moment
                return settle(value, since[value] != nil, isBefore)
            }
            if last < 0 || isBefore(meetings[Int(last)].moment, meeting.moment) { last = place }
            count += 1
            place = meeting.next
        }
        if count > most {  // a hub already, and this person comes before its last
            meetings[Int(last)].person = person
            meetings[Int(last)].moment = moment
        } else {
            meetings.append(Meeting(moment: moment, person: person, next: first[Int(value)]))
            first[Int(value)] = Int32(meetings.count - 1)
            count += 1
        }
        return settle(value, count > most, isBefore)
    }

    private mutating func settle(_ value: Int32, _ isHub: Bool, _ isBefore: (Moment, Moment) -> Bool) -> Bool {
        guard isHub else { return false }
        var place = first[Int(value)]
        guard place >= 0 else { return false }
        var latest = meetings[Int(place)].moment
        while place >= 0 {
            if isBefore(latest, meetings[Int(place)].moment) { latest = meetings[Int(place)].moment }
            place = meetings[Int(place)].next
        }
        guard since[value] != latest else { return false }
        since[value] = latest
        return true
    }
}
