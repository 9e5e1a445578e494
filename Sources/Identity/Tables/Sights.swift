// SPDX-License-Identifier: Apache-2.0

/// When a company was seen, and with what besides: moments in the order in which they count.
///
/// One moment takes no room of its own; more take five bytes each while all have one content and lie within 34 years,
/// else eight, and four more for the content.
struct Sights: Sendable {
    /// Of the only moment; of more what their times are counted from.
    private var baseMs: Int64 = 0
    /// Of the only moment, or of all while they have one; −1: there are none.
    private var only: Int32 = -1
    /// Bytes of a time, and whether each has a content.
    private var timeWidth: UInt8 = 5
    private var hasContents = false
    private var packed: [UInt8] = []

    private var width: Int { Int(timeWidth) + (hasContents ? 4 : 0) }

    var count: Int { packed.isEmpty ? (only < 0 ? 0 : 1) : packed.count / width }

    subscript(_ place: Int) -> Moment {
        packed.isEmpty ? Moment(timeMs: baseMs, content: only) : Moment(timeMs: timeMs(place), content: content(place))
    }

    func timeMs(_ place: Int) -> Int64 {
        packed.isEmpty ? baseMs : baseMs &+ Int64(bitPattern: number(at: place * width, Int(timeWidth)))
    }

    private func content(_ place: Int) -> Int32 {
        guard hasContents else { return only }
        return Int32(truncatingIfNeeded: number(at: place * width + Int(timeWidth), 4))
    }

    /// The first place whose moment is not before a time.
    func place(ofMs timeMs: Int64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self.timeMs(middle) < timeMs { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func insert(_ moment: Moment, at place: Int) {
        guard count > 0 else {
            (baseMs, only) = (moment.timeMs, moment.content)
            return
        }
        let offset = moment.timeMs.subtractingReportingOverflow(baseMs)
        let fits = !offset.overflow && offset.partialValue >= 0 && (timeWidth > 5 || offset.partialValue < 1 << 40)
        if packed.isEmpty || !fits || !hasContents && moment.content != only {
            return pack(inserting: moment, at: place)
        }
        reserve(count + 1)
        let start = place * width
        packed.insert(contentsOf: repeatElement(0, count: width), at: start)
        write(moment, at: start)
    }

    mutating func remove(at place: Int) {
        if packed.isEmpty {
            only = -1
            return
        }
        packed.removeSubrange(place * width..<(place + 1) * width)
        if packed.isEmpty {
            only = -1
        } else if hasContents {
            only = content(0)
        }
    }

    /// Packs all anew, with one more, in as few bytes as they take.
    private mutating func pack(inserting moment: Moment, at place: Int) {
        var moments: [Moment] = []
        moments.reserveCapacity(count + 1)
        for number in 0..<count { moments.append(self[number]) }
        moments.insert(moment, at: place)
        let (first, last) = (moments[0], moments[moments.count - 1])
        let span = last.timeMs.subtractingReportingOverflow(first.timeMs)
        timeWidth = span.overflow || span.partialValue >= 1 << 40 ? 8 : 5
        hasContents = moments.contains { $0.content != first.content }
        (baseMs, only) = (first.timeMs, first.content)
        packed.removeAll(keepingCapacity: true)
        reserve(moments.count)
        for moment in moments {
            packed += repeatElement(0, count: width)
            write(moment, at: packed.count - width)
        }
    }

    /// Makes room for so many: a quarter more than now, not twice as much, for there are very many lists of few.
    private mutating func reserve(_ moments: Int) {
        guard packed.capacity < moments * width else { return }
        packed.reserveCapacity((moments + moments / 4 + 2) * width)
    }

    private mutating func write(_ moment: Moment, at start: Int) {
        put(UInt64(bitPattern: moment.timeMs &- baseMs), at: start, Int(timeWidth))
        if hasContents { put(UInt64(UInt32(bitPattern: moment.content)), at: start + Int(timeWidth), 4) }
    }

    private mutating func put(_ number: UInt64, at start: Int, _ bytes: Int) {
        for byte in 0..<bytes { packed[start + byte] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(byte))) }
    }

    private func number(at start: Int, _ bytes: Int) -> UInt64 {
        var number: UInt64 = 0
        for byte in 0..<bytes { number |= UInt64(packed[start + byte]) << (8 * UInt64(byte)) }
        return number
    }
}
