// SPDX-License-Identifier: Apache-2.0

/// What observations say, each content once, and the companies that they show.
///
/// A *company* is the set of identifiers that can link (no references) that an observation names. A *content* is a
/// company with references, a sign-out, a replacement, and the event's own word on consent: what of an observation is
/// not its time. Of one content only the earliest moment in each bucket of time counts.
struct ContentTable: Sendable {
    struct Company: Sendable {
        var firstName: Int32
        var nameCount: Int32
        var hasPerson: Bool
        var sights = Sights()
    }

    struct Content: Sendable {
        var company: Int32
        var firstReference: Int32
        /// A replacement order and what it stands in for; -1: none.
        var new: Int32 = -1
        var old: Int32 = -1
        /// Where the id of an example event lies.
        var firstByte: UInt32 = 0
        var byteCount: UInt16 = 0
        var referenceCount: UInt16
        var signsOut: Bool
        /// The event's own word: 0 none, 1 no, 2 yes.
        var consent: UInt8
        var earliestMs: Int64 = .max
        var latestMs: Int64 = .min
    }

    /// An observation that counts, in numbers.
    struct Draft {
        /// Strongest first.
        var names: [Int32] = []
        var references: [Int32] = []
        var new: Int32 = -1
        var old: Int32 = -1
        var signsOut = false
        var consent: UInt8 = 0
        var hasPerson = false
    }

    private(set) var companies: [Company] = []
    private(set) var contents: [Content] = []
    private(set) var sightCount = 0
    /// Contents by the replacement order that they tell of.
    private(set) var replacing: [Int32: [Int32]] = [:]
    private var names: [Int32] = []
    private var references: [Int32] = []
    private var bytes: [UInt8] = []
    private var companyIndex = NumberIndex()
    private var contentIndex = NumberIndex()

    // Chains of places in `names` and `references`, by identifier.
    private var firstPlace: [Int32] = []
    private var nextName: [Int32] = []
    private var companyOfName: [Int32] = []
    private var nextReference: [Int32] = []
    private var contentOfReference: [Int32] = []

    mutating func grow(to count: Int) {
        if firstPlace.count < count { firstPlace += repeatElement(-1, count: count - firstPlace.count) }
    }

    func company(of content: Int32) -> Int32 { contents[Int(content)].company }

    func names(of company: Int32) -> ArraySlice<Int32> {
        let found = companies[Int(company)]
        return names[Int(found.firstName)..<Int(found.firstName + found.nameCount)]
    }

    func references(of content: Int32) -> ArraySlice<Int32> {
        let found = contents[Int(content)]
        return references[Int(found.firstReference)..<Int(found.firstReference) + Int(found.referenceCount)]
    }

    /// Calls for each company that an identifier is in.
    func forEachCompany(with name: Int32, _ body: (Int32) -> Void) {
        var place = firstPlace[Int(name)]
        while place >= 0 {
            body(companyOfName[Int(place)])
            place = nextName[Int(place)]
        }
    }

    /// Calls for each content that names a reference.
    func forEachContent(withReference name: Int32, _ body: (Int32) -> Void) {
        var place = firstPlace[Int(name)]
        while place >= 0 {
            body(contentOfReference[Int(place)])
            place = nextReference[Int(place)]
        }
    }

    // MARK: - Contents

    /// The number of a content, and whether its company is new.
    mutating func number(of draft: Draft) -> (content: Int32, newCompany: Int32?) {
        // Fewer than two identifiers link nothing, so sharing their company would only make its list of moments long.
        let shares = draft.names.count > 1
        let found =
            shares ? companyIndex.find(Self.hash(draft.names)) { names(of: $0).elementsEqual(draft.names) } : nil
        let hash = contentHash(draft)
        let known = contentIndex.find(hash) { matches($0, draft) }
        if let known { return (known, nil) }
        let company = found ?? makeCompany(draft, isIndexed: shares)
        let number = Int32(contents.count)
        contents.append(
            Content(
                company: company,
                firstReference: Int32(references.count),
                new: draft.new,
                old: draft.old,
                referenceCount: UInt16(clamping: draft.references.count),
                signsOut: draft.signsOut,
                consent: draft.consent
            )
        )
        if draft.new >= 0 { replacing[draft.new, default: []].append(number) }
        for name in draft.references.prefix(Int(UInt16.max)) {
            nextReference.append(firstPlace[Int(name)])
            firstPlace[Int(name)] = Int32(references.count)
            contentOfReference.append(number)
            references.append(name)
        }
        var index = NumberIndex()
        swap(&index, &contentIndex)
        index.insert(number, hash) { contentHash(self.draft(of: $0)) }
        swap(&index, &contentIndex)
        return (number, found == nil ? company : nil)
    }

    private mutating func makeCompany(_ draft: Draft, isIndexed: Bool) -> Int32 {
        let number = Int32(companies.count)
        companies.append(
            Company(
                firstName: Int32(names.count),
                nameCount: Int32(draft.names.count),
                hasPerson: draft.hasPerson
            )
        )
        for name in draft.names {
            nextName.append(firstPlace[Int(name)])
            firstPlace[Int(name)] = Int32(names.count)
            companyOfName.append(number)
            names.append(name)
        }
        guard isIndexed else { return number }
        var index = NumberIndex()
        swap(&index, &companyIndex)
        index.insert(number, Self.hash(draft.names)) { Self.hash(names(of: $0)) }
        swap(&index, &companyIndex)
        return number
    }

    /// What a content says.
    func draft(of number: Int32) -> Draft {
        let content = contents[Int(number)]
        return Draft(
            names: Array(names(of: content.company)),
            references: Array(references(of: number)),
            new: content.new,
            old: content.old,
            signsOut: content.signsOut,
            consent: content.consent,
            hasPerson: companies[Int(content.company)].hasPerson
        )
    }

    private func matches(_ number: Int32, _ draft: Draft) -> Bool {
        let content = contents[Int(number)]
        return content.new == draft.new && content.old == draft.old && content.signsOut == draft.signsOut
            && content.consent == draft.consent && names(of: content.company).elementsEqual(draft.names)
            && references(of: number).elementsEqual(draft.references)
    }

    private static func hash(_ names: some Sequence<Int32>) -> UInt64 {
        names.reduce(0) { NumberIndex.mix($0, UInt64(UInt32(bitPattern: $1))) }
    }

    private func contentHash(_ draft: Draft) -> UInt64 {
        var hash = NumberIndex.mix(Self.hash(draft.names), Self.hash(draft.references))
        hash = NumberIndex.mix(hash, UInt64(draft.consent) << 1 | (draft.signsOut ? 1 : 0))
        let replaces = UInt64(UInt32(bitPattern: draft.new)) << 32 | UInt64(UInt32(bitPattern: draft.old))
        return NumberIndex.mix(hash, replaces)
    }

    // MARK: - Moments

    /// Where a content was seen in a bucket of time; nil: it was not.
    func place(of content: Int32, fromMs: Int64, beforeMs: Int64) -> Int? {
        let known = contents[Int(content)]
        guard known.earliestMs < beforeMs || beforeMs == .max, known.latestMs >= fromMs else { return nil }
        let sights = companies[Int(known.company)].sights
        var place = sights.place(ofMs: fromMs)
        while place < sights.count {
            let moment = sights[place]
            // The last bucket of all has no end.
            if moment.timeMs >= beforeMs && beforeMs != .max { return nil }
            if moment.content == content { return place }
            place += 1
        }
        return nil
    }

    mutating func insert(_ moment: Moment, at place: Int) {
        companies[Int(company(of: moment.content))].sights.insert(moment, at: place)
        sightCount += 1
        let known = contents[Int(moment.content)]
        contents[Int(moment.content)].earliestMs = min(known.earliestMs, moment.timeMs)
        contents[Int(moment.content)].latestMs = max(known.latestMs, moment.timeMs)
    }

    mutating func remove(of content: Int32, at place: Int) {
        companies[Int(company(of: content))].sights.remove(at: place)
        sightCount -= 1
    }

    /// Leaves a company these moments, in their order.
    mutating func keep(_ moments: [Moment], of company: Int32) {
        var sights = Sights()
        for moment in moments { sights.insert(moment, at: sights.count) }
        sightCount += moments.count - companies[Int(company)].sights.count
        companies[Int(company)].sights = sights
    }

    // MARK: - Examples

    func example(of content: Int32) -> String {
        let known = contents[Int(content)]
        let start = Int(known.firstByte)
        return String(decoding: bytes[start..<start + Int(known.byteCount)], as: UTF8.self)
    }

    /// Keeps an event's id as the example of a content.
    mutating func setExample(_ text: String, of content: Int32) {
        let found = Array(text.utf8.prefix(256))
        let known = contents[Int(content)]
        if found.count <= Int(known.byteCount) {
            for (offset, byte) in found.enumerated() { bytes[Int(known.firstByte) + offset] = byte }
        } else if let start = UInt32(exactly: bytes.count) {
            contents[Int(content)].firstByte = start
            bytes += found
        } else {
            return
        }
        contents[Int(content)].byteCount = UInt16(found.count)
    }
}
