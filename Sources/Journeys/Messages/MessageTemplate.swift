// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// A message with blanks, in one language: `{before.waited_seconds:duration}`.
struct MessageTemplate: Sendable {
    enum Part: Sendable {
        case text(String)
        case blank(Blank)
    }

    /// What stands in a blank.
    enum Blank: Sendable {
        case alert(AlertBlank)
        case event(Subject, EventBlank)
    }

    /// The alert's own.
    enum AlertBlank: String, CaseIterable, Sendable {
        case key, count, types, opened, after, within, gap, height, model, stage, instance

        /// Kinds of rules that know it; nil: all.
        var kinds: [AlertRule.Kind]? {
            switch self {
            case .key, .count, .types, .opened, .after: nil
            case .within: [.absence, .sequence, .count, .threshold]
            case .gap: [.sequence, .count]
            case .height: [.threshold]
            case .model, .stage, .instance: [.stuck]
            }
        }
    }

    /// Which event: the cause, the one that came before it (a sequence's first, a count's oldest), the newest of the
    /// evidence, or the broadcast.
    enum Subject: String, CaseIterable, Sendable {
        case cause, before, last, news

        var kinds: [AlertRule.Kind]? {
            switch self {
            case .cause, .last: nil
            case .before: [.sequence, .count]
            case .news: [.broadcast]
            }
        }
    }

    enum EventBlank: Sendable {
        case type, word, channel, time
        case detail(EventAsk, Form)
    }

    /// How a value is written: as it is; a number of seconds as a length of time; a text by its word; a date.
    enum Form: String, CaseIterable, Sendable { case plain, duration, word, date }

    var parts: [Part]

    /// What it asks of events.
    var asks: [EventAsk] {
        parts.compactMap { part in
            guard case .blank(.event(_, .detail(let ask, _))) = part else { return nil }
            return ask
        }
    }
}

/// Reads templates and reports what is wrong with them.
struct TemplateReader {
    let rule: AlertRule
    let path: String

    /// Names of an event's own blanks.
    static let ofEvents = ["type", "word", "channel", "time"]

    func read(_ text: String, _ compiler: inout ConditionCompiler) -> MessageTemplate {
        var parts: [MessageTemplate.Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
            guard let close = rest[open...].firstIndex(of: "}") else {
                compiler.report(path, "a blank that is opened and not closed: “\(rest[open...])”")
                return MessageTemplate(parts: parts)
            }
            let name = String(rest[rest.index(after: open)..<close])
            if let blank = blank(name, &compiler) { parts.append(.blank(blank)) }
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return MessageTemplate(parts: parts)
    }

    private func blank(_ name: String, _ compiler: inout ConditionCompiler) -> MessageTemplate.Blank? {
        let halves = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2 else {
            guard let alert = MessageTemplate.AlertBlank(rawValue: name) else {
                let known = MessageTemplate.AlertBlank.allCases.map(\.rawValue) + subjects.map { $0 + ".…" }
                compiler.report(path, unknown: "blank", name, known: known)
                return nil
            }
            guard isKnown(alert.kinds, name, &compiler) else { return nil }
            return .alert(alert)
        }
        guard let subject = MessageTemplate.Subject(rawValue: halves[0]) else {
            compiler.report(path, unknown: "event", halves[0], known: subjects)
            return nil
        }
        guard isKnown(subject.kinds, halves[0], &compiler) else { return nil }
        return event(halves[1], &compiler).map { .event(subject, $0) }
    }

    private var subjects: [String] { MessageTemplate.Subject.allCases.map(\.rawValue) }

    private func isKnown(_ kinds: [AlertRule.Kind]?, _ name: String, _ compiler: inout ConditionCompiler) -> Bool {
        if kinds?.contains(rule.kind) ?? true { return true }
        compiler.report(path, "“\(name)” is not known to a rule of kind \(rule.kind.rawValue)")
        return false
    }

    private func event(_ text: String, _ compiler: inout ConditionCompiler) -> MessageTemplate.EventBlank? {
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var form = MessageTemplate.Form.plain
        if halves.count == 2 {
            guard let named = MessageTemplate.Form(rawValue: halves[1]) else {
                compiler.report(
                    path,
                    unknown: "form",
                    halves[1],
                    known: MessageTemplate.Form.allCases.map(\.rawValue)
                )
                return nil
            }
            form = named
        }
        switch halves[0] {
        case "type": return .type
        case "word": return .word
        case "channel": return .channel
        case "time": return .time
        default: break
        }
        if let fact = Fact(rawValue: halves[0]), !compiler.knows(property: halves[0]) {
            if rule.kind == .broadcast || Fact.ofModels.contains(fact) || !fact.isTold {
                compiler.report(path, "“\(fact.rawValue)” cannot be told here")
                return nil
            }
            return .detail(.fact(fact), form)
        }
        compiler.keep(property: halves[0])
        if !compiler.knows(property: halves[0]) {
            let told = Fact.allCases.filter(\.isTold).map(\.rawValue)
            compiler.report(
                path,
                unknown: "property or fact",
                halves[0],
                known: compiler.knownProperties + told + Self.ofEvents
            )
            return nil
        }
        return .detail(.property(PropertyID(halves[0])), form)
    }
}

extension Fact {
    /// Whether it is a number, which a message can tell.
    var isTold: Bool {
        switch self {
        case .idleDays, .standingOrders, .liveSubscriptions, .purchases, .orders, .contacts, .openCases, .cartItems,
            .wishlistItems, .customerMood, .mood, .textMood, .stars, .csat, .nps, .orderReturns, .parcelsDelivered,
            .skipsInRow, .subscriptionDays:
            true
        default: false
        }
    }
}
