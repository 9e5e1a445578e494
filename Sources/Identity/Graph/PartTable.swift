// SPDX-License-Identifier: Apache-2.0

/// The components of the links that stand now, after every observation, with their counts: what it takes to add a
/// link costs a few array accesses, however large a component is.
///
/// A component is named by one of its members, its *label*; members are a ring, standing links a list.
struct PartTable: Sendable {
    struct Part: Sendable {
        var label: Int32
        /// The next member, in a ring.
        var next: Int32
        // Of the component, valid at its label:
        var size: Int32 = 1
        var firstHeld: Int32 = -1
        /// The strongest person; −1: nobody.
        var person: Int32
        var strongest: Int32
        /// No link of the component changed its state after this time.
        var lastChangeMs = Int64.min
        /// No member was in a component that was rebuilt or cut after this time; the least there is: never at all.
        var lastRebuildMs = Int64.min
        /// No observation that was taken names a member after this time.
        var lastSightMs = Int64.min
    }

    private(set) var parts: [Part] = []
    private var counts: [UInt16] = []
    let width: Int

    init(width: Int) { self.width = width }

    subscript(_ label: Int32) -> Part {
        get { parts[Int(label)] }
        set { parts[Int(label)] = newValue }
    }

    func label(_ node: Int32) -> Int32 { parts[Int(node)].label }
    func part(with node: Int32) -> Part { parts[Int(parts[Int(node)].label)] }
    func count(_ label: Int32, _ slot: Int) -> Int { Int(counts[Int(label) * width + slot]) }

    /// Makes room for one more identifier, alone.
    mutating func append(_ entry: NamespaceTable.Entry) {
        let node = Int32(parts.count)
        parts.append(Part(label: node, next: node, person: entry.isPerson ? node : -1, strongest: node))
        for slot in 0..<width { counts.append(slot == entry.limitSlot ? 1 : 0) }
    }

    /// A component of one.
    mutating func isolate(_ node: Int32, _ entry: NamespaceTable.Entry, _ part: Part, changedMs: Int64) {
        parts[Int(node)] = Part(
            label: node,
            next: node,
            person: entry.isPerson ? node : -1,
            strongest: node,
            lastChangeMs: max(part.lastChangeMs, changedMs),
            lastRebuildMs: max(part.lastRebuildMs, changedMs),
            lastSightMs: part.lastSightMs
        )
        for slot in 0..<width { counts[Int(node) * width + slot] = slot == entry.limitSlot ? 1 : 0 }
    }

    /// Makes two components one, under the label of the larger, which is returned.
    mutating func merge(
        _ a: Int32,
        _ b: Int32,
        _ links: inout LinkTable,
        isStronger: (Int32, Int32) -> Bool
    ) -> Int32 {
        let (into, from) = parts[Int(a)].size >= parts[Int(b)].size ? (a, b) : (b, a)
        var node = from
        repeat {
            parts[Int(node)].label = into
            node = parts[Int(node)].next
        } while node != from
        let (left, right) = (parts[Int(into)], parts[Int(from)])
        parts[Int(into)].next = right.next
        parts[Int(from)].next = left.next
        parts[Int(into)].size = left.size + right.size
        if left.person < 0 || right.person >= 0 && isStronger(right.person, left.person) {
            parts[Int(into)].person = right.person
        }
        if isStronger(right.strongest, left.strongest) { parts[Int(into)].strongest = right.strongest }
        parts[Int(into)].lastChangeMs = max(left.lastChangeMs, right.lastChangeMs)
        parts[Int(into)].lastRebuildMs = max(left.lastRebuildMs, right.lastRebuildMs)
        parts[Int(into)].lastSightMs = max(left.lastSightMs, right.lastSightMs)
        for slot in 0..<width {
            let sum = counts[Int(into) * width + slot].addingReportingOverflow(counts[Int(from) * width + slot])
            counts[Int(into) * width + slot] = sum.overflow ? .max : sum.partialValue
        }
        var link = right.firstHeld
        while link >= 0 {
            let next = links.links[Int(link)].nextHeld
            hold(link, at: into, &links)
            link = next
        }
        return into
    }

    /// Makes components what came of a rebuild of all their members at a time, the last that concerns any of them.
    /// Their lists of links are left empty.
    mutating func replace(
        _ members: [Int32],
        by anew: Rebuild,
        atMs timeMs: Int64,
        isPerson: (Int32) -> Bool,
        isStronger: (Int32, Int32) -> Bool
    ) {
        for (place, member) in members.enumerated() {
            parts[Int(member)] = Part(
                label: members[Int(anew.label[place])],
                next: members[Int(anew.next[place])],
                size: anew.size[place],
                person: isPerson(member) ? member : -1,
                strongest: member,
                lastChangeMs: timeMs,
                lastRebuildMs: timeMs,
                lastSightMs: timeMs
            )
            guard Int(anew.label[place]) == place else { continue }
            for slot in 0..<width {
                counts[Int(member) * width + slot] = UInt16(clamping: anew.counts[place * width + slot])
            }
        }
        for member in members {
            let (own, whole) = (parts[Int(member)], part(with: member))
            if own.label == member { continue }
            if isStronger(member, whole.strongest) { parts[Int(own.label)].strongest = member }
            if own.person >= 0, whole.person < 0 || isStronger(own.person, whole.person) {
                parts[Int(own.label)].person = own.person
            }
        }
    }

    /// An observation that names a member has been taken.
    mutating func see(_ node: Int32, atMs timeMs: Int64) {
        let label = Int(parts[Int(node)].label)
        parts[label].lastSightMs = max(parts[label].lastSightMs, timeMs)
    }

    /// Puts a standing link into the list of its component.
    mutating func hold(_ link: Int32, at label: Int32, _ links: inout LinkTable) {
        links.setNextHeld(parts[Int(label)].firstHeld, of: link)
        parts[Int(label)].firstHeld = link
    }

    func members(_ label: Int32) -> [Int32] {
        var found: [Int32] = []
        found.reserveCapacity(Int(parts[Int(label)].size))
        var node = label
        repeat {
            found.append(node)
            node = parts[Int(node)].next
        } while node != label
        return found
    }

    func held(_ label: Int32, _ links: LinkTable) -> [Int32] {
        var found: [Int32] = []
        var link = parts[Int(label)].firstHeld
        while link >= 0 {
            found.append(link)
            link = links.links[Int(link)].nextHeld
        }
        return found
    }
}
