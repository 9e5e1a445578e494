// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// What a message may tell of an event beside its type, channel and time: noted while the event is walked.
enum EventAsk: Hashable, Codable, Sendable {
    case fact(Fact)
    case property(PropertyID)
}

/// A noted answer. What the event does not have is not noted.
struct EventDetail: Codable, Sendable {
    var ask: EventAsk
    var value: Value
}

extension Step {
    /// The event as it is remembered, with what messages tell of it; `facts` are nil while they are not yet complete.
    func mark(_ asks: [EventAsk], _ facts: Facts?) -> EventMark {
        var details: [EventDetail] = []
        for ask in asks {
            let value: Value? =
                switch ask {
                case .property(let property): self[property]
                case .fact(let fact): facts?.answer(fact).plain
                }
            if let value, value != .null { details.append(EventDetail(ask: ask, value: value)) }
        }
        return EventMark(event, rank: type.rank, type: type.id, details: details)
    }
}

extension EventMark {
    subscript(ask: EventAsk) -> Value? { details.first { $0.ask == ask }?.value }
}

extension Answer {
    /// A number or a text; nil for all else.
    fileprivate var plain: Value? {
        switch self {
        case .number(let number): number.json
        case .text(let text): .string(text)
        default: nil
        }
    }
}
