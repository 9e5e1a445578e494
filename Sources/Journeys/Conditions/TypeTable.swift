// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// What the vocabulary says of a type, for the walk.
struct TypeInfo: Sendable {
    /// Its place in the table; unknown types share the last.
    var id: Int
    /// The place of the type in the walk's order.
    var rank: Int
    var kind: EventKind?
    var group: KnownGroup?
    var isByCompany: Bool
    var isCall: Bool
}

/// Groups that the machinery knows by name; there may be others.
enum KnownGroup: String, Sendable {
    case orders, delivery, help, begins, subscription, risk, broadcast, control
}

/// Types that the machinery knows by name: those that change orders, carts, cases and subscriptions.
enum EventKind: String, CaseIterable, Sendable {
    case productViewed = "product_viewed"
    case productAdded = "product_added"
    case productRemoved = "product_removed"
    case wished = "product_added_to_wishlist"
    case unwished = "product_removed_from_wishlist"
    case orderCompleted = "order_completed"
    case orderShipped = "order_shipped"
    case orderDelivered = "order_delivered"
    case orderPickedUp = "order_picked_up"
    case orderCancelled = "order_cancelled"
    case orderRefunded = "order_refunded"
    case returnRequested = "return_requested"
    case exchangeRequested = "exchange_requested"
    case faqViewed = "faq_viewed"
    case callQueued = "call_queued"
    case callAbandoned = "call_abandoned"
    case callStarted = "call_started"
    case messageReceived = "message_received"
    case caseOpened = "case_opened"
    case caseReopened = "case_reopened"
    case caseResolved = "case_resolved"
    case agentReplied = "agent_replied"
    case subscriptionStarted = "subscription_started"
    case subscriptionRenewed = "subscription_renewed"
    case subscriptionResumed = "subscription_resumed"
    case subscriptionUpgraded = "subscription_upgraded"
    case subscriptionSkipped = "subscription_skipped"
    case frequencyChanged = "subscription_frequency_changed"
    case subscriptionCancelled = "subscription_cancelled"
    case npsAnswered = "nps_answered"
    case csatAnswered = "csat_answered"
    case productReviewed = "product_reviewed"
    case emotionNoted = "emotion_noted"
    case stockChanged = "stock_changed"

    var asksBack: Bool { self == .returnRequested || self == .exchangeRequested }
    var delivers: Bool { self == .orderDelivered || self == .orderPickedUp }
    var answersCases: Bool { self == .agentReplied || self == .callStarted }

    var opensCases: Bool {
        switch self {
        case .callQueued, .callAbandoned, .messageReceived, .caseOpened, .caseReopened: true
        default: false
        }
    }

    var livens: Bool {
        switch self {
        case .subscriptionStarted, .subscriptionRenewed, .subscriptionResumed, .subscriptionUpgraded: true
        default: false
        }
    }

    var endsSkips: Bool {
        switch self {
        case .subscriptionStarted, .subscriptionRenewed, .subscriptionResumed, .frequencyChanged: true
        default: false
        }
    }
}

/// The vocabulary's types, numbered.
struct TypeTable: Sendable {
    let infos: [TypeInfo]
    let names: [String]
    let groups: [String]
    let titles: [Vocabulary.Title]
    /// By type, the properties that the vocabulary lists.
    let properties: [Set<String>]
    /// Places in the table by hash, some empty; next to one are those that share it.
    private let slots: [Int]

    init(_ vocabulary: Vocabulary) {
        infos = vocabulary.entries.enumerated().map { rank, entry in
            TypeInfo(
                id: rank,
                rank: rank,
                kind: EventKind(rawValue: entry.type),
                group: KnownGroup(rawValue: entry.group),
                isByCompany: entry.byCompany,
                isCall: entry.type.hasPrefix("call_")
            )
        }
        names = vocabulary.entries.map(\.type)
        groups = vocabulary.entries.map(\.group)
        titles = vocabulary.entries.map(\.title)
        properties = vocabulary.entries.map { Set($0.properties) }
        var slots = [Int](repeating: -1, count: 64)
        while slots.count < names.count * 4 { slots += slots }
        for (id, name) in names.enumerated() {
            var slot = Self.hash(name) & (slots.count - 1)
            while slots[slot] >= 0, !names[slots[slot]].hasBytes(of: name) { slot = (slot + 1) & (slots.count - 1) }
            if slots[slot] < 0 { slots[slot] = id }  // of several with one name the first
        }
        self.slots = slots
    }

    /// Of all types, the unknown ones included.
    var count: Int { infos.count + 1 }

    func id(of type: String) -> Int? {
        var slot = Self.hash(type) & (slots.count - 1)
        while slots[slot] >= 0 {
            if names[slots[slot]].hasBytes(of: type) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Of a name's length and some of its bytes: it is asked for several times with each event.
    private static func hash(_ name: String) -> Int {
        let bytes = name.utf8.span
        let count = bytes.count
        var hash = UInt32(truncatingIfNeeded: count)
        if count > 0 {
            hash = (hash ^ UInt32(bytes[0])) &* 0x0100_0193
            hash = (hash ^ UInt32(bytes[count / 4])) &* 0x0100_0193
            hash = (hash ^ UInt32(bytes[count / 2])) &* 0x0100_0193
            hash = (hash ^ UInt32(bytes[count - count / 4 - 1])) &* 0x0100_0193
            hash = (hash ^ UInt32(bytes[count - 1])) &* 0x0100_0193
        }
        return Int(hash ^ hash >> 15)
    }

    func info(of type: String) -> TypeInfo {
        if let id = id(of: type) { return infos[id] }
        return TypeInfo(
            id: infos.count,
            rank: infos.count,
            kind: nil,
            group: nil,
            isByCompany: false,
            isCall: type.hasPrefix("call_")
        )
    }
}
