// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Touchpoints

/// A message in both languages, ready to be filled.
struct Message: Sendable {
    var en: MessageTemplate
    var ja: MessageTemplate

    var asks: [EventAsk] { en.asks + ja.asks }
}

enum Language { case en, ja }

/// Fills the blanks of an alert's message: a function of the alert alone, so the same in whatever order events came.
struct MessageWriter {
    let alert: OpenAlert
    /// In the order of the walk, the cause included.
    let evidence: [EventMark]
    let rule: CompiledRule
    let book: Rulebook

    /// The first of the rule's messages whose blanks can all be filled; nil: none.
    var message: Vocabulary.Title? {
        for message in rule.messages {
            if let en = text(message.en, .en), let ja = text(message.ja, .ja) { return .init(en: en, ja: ja) }
        }
        return nil
    }

    private func text(_ template: MessageTemplate, _ language: Language) -> String? {
        var text = ""
        for part in template.parts {
            switch part {
            case .text(let said): text += said
            case .blank(let blank):
                guard let filled = fill(blank, language) else { return nil }
                text += filled
            }
        }
        return text
    }

    private func fill(_ blank: MessageTemplate.Blank, _ language: Language) -> String? {
        switch blank {
        case .alert(let blank): fill(blank, language)
        case .event(let subject, let blank): mark(subject).flatMap { fill(blank, of: $0, language) }
        }
    }

    private func mark(_ subject: MessageTemplate.Subject) -> EventMark? {
        switch subject {
        case .cause: alert.cause
        case .before: alert.before
        case .last: evidence.last
        case .news: alert.news
        }
    }

    private func fill(_ blank: MessageTemplate.AlertBlank, _ language: Language) -> String? {
        switch blank {
        case .key: alert.key.flatMap { $0.string.isEmpty ? nil : $0.string }
        case .count: String(evidence.count)
        case .types: types(language)
        case .opened: book.moments.localText(alert.openedAtMs)
        case .after: duration(ms: alert.openedAtMs - alert.cause.timeMs, language)
        case .within: rule.withinMs.flatMap { duration(ms: $0, language) }
        case .gap: alert.before.flatMap { duration(ms: alert.cause.timeMs - $0.timeMs, language) }
        case .height: alert.heightBefore.map { Self.number(.double($0)) } ?? nil
        case .model: alert.stage.map { book.models[$0.model].title.text(language) }
        case .stage: alert.stage.map { book.models[$0.model].stages[$0.stage].title.text(language) }
        case .instance: alert.stage?.instance?.string
        }
    }

    private func fill(_ blank: MessageTemplate.EventBlank, of mark: EventMark, _ language: Language) -> String? {
        switch blank {
        case .type: typeTitle(mark, language)
        case .word: word(mark.typeName, language) ?? typeTitle(mark, language)
        case .channel: mark.channel.isEmpty ? nil : word(mark.channel, language) ?? mark.channel
        case .time: book.moments.localText(mark.timeMs)
        case .detail(let ask, let form): mark[ask].flatMap { write($0, form, language) }
        }
    }

    private func write(_ value: Value, _ form: MessageTemplate.Form, _ language: Language) -> String? {
        switch form {
        case .plain: return Self.plain(value)
        case .word: return Self.plain(value).map { word($0, language) ?? $0 }
        case .date: return book.moments.read(value).map(book.moments.localText)
        case .duration:
            guard let seconds = Number(value)?.double, (0...1e12).contains(seconds) else { return nil }
            return duration(ms: Int64(seconds * 1000), language)
        }
    }

    private func word(_ name: String, _ language: Language) -> String? { book.words[Text(name)]?.text(language) }

    private func typeTitle(_ mark: EventMark, _ language: Language) -> String {
        book.typeTitles.indices.contains(mark.type) ? book.typeTitles[mark.type].text(language) : mark.typeName
    }

    /// The evidence's types, each once, in order.
    private func types(_ language: Language) -> String {
        var names: [String] = []
        for mark in evidence {
            let name = typeTitle(mark, language)
            if !names.contains(where: { $0.hasBytes(of: name) }) { names.append(name) }
        }
        return names.joined(separator: language == .en ? ", " : "、")
    }

    /// In the largest unit that leaves a number worth reading, of less than a day in hours and minutes, cut.
    private func duration(ms: Int64, _ language: Language) -> String? {
        guard ms >= 0 else { return nil }
        let seconds = ms / 1000
        func counted(_ count: Int64, _ en: String, _ ja: String) -> String {
            language == .en ? "\(count) \(en)\(count == 1 ? "" : "s")" : "\(count)\(ja)"
        }
        if seconds < 60 { return counted(seconds, "second", "秒") }
        if seconds < 3600 { return counted(seconds / 60, "minute", "分") }
        guard seconds < 2 * 86_400 else { return counted(seconds / 86_400, "day", "日") }
        let hours = counted(seconds / 3600, "hour", "時間")
        let minutes = seconds / 60 % 60
        guard seconds < 86_400, minutes > 0 else { return hours }
        return hours + (language == .en ? " " : "") + counted(minutes, "minute", "分")
    }

    private static let textMax = 80

    private static func plain(_ value: Value) -> String? {
        switch value {
        case .string(let text):
            let trimmed = text.trimmedOfBlanks()
            if trimmed.isEmpty { return nil }
            return trimmed.count > textMax ? trimmed.prefix(textMax - 1) + "…" : trimmed
        default: return number(value)
        }
    }

    /// At most three decimals.
    private static func number(_ value: Value) -> String? {
        guard let number = Number(value) else { return nil }
        if let whole = number.wholeText { return whole }
        let thousandths = Int64(exactly: (number.double * 1000).rounded()) ?? 0
        let (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1000)
        var digits = CivilDay.padded(Int(rest), 3)
        while digits.hasSuffix("0") { digits.removeLast() }
        return (thousandths < 0 ? "-" : "") + "\(whole)" + (digits.isEmpty ? "" : ".\(digits)")
    }
}

extension Vocabulary.Title {
    func text(_ language: Language) -> String { language == .en ? en : ja }
}
