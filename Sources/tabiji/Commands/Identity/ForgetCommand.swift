// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Digests
internal import Foundation
internal import Pipeline
internal import Touchpoints

extension Command {
    static let forget = Command(
        name: "forget",
        summary: "Forget a customer, or what names some identifiers: now, and whenever it comes again.",
        usage: "identity forget IDENTIFIER…|CUSTOMER [--yes] [--dry-run] [--to FILE] [options]",
        options: ControlOutlet.options + [.recorded, .trusts, .realm, .url, .config],
        positionalsMax: 1_000,
        run: { arguments in
            guard let first = arguments.positionals.first else {
                throw UsageError("whom? A customer's id, or identifiers: email:a@example.com")
            }
            let configuration = try Configured.load(arguments)
            let nowMs = Int64(Date().timeIntervalSince1970 * 1000)
            let outlet = ControlOutlet(arguments, configuration, nowMs: nowMs)
            let realm = arguments.one("--realm") ?? "default"
            if first.contains(":") {
                let names = try arguments.positionals.map { try ControlEvent.Name($0, realm: realm, configuration) }
                let event = ControlEvent(type: "customer_forgotten", realm: realm, timeMs: nowMs, names: names)
                return try outlet.send([event.line], plan: ForgetPlan.text(names: names))
            }
            guard arguments.positionals.count == 1 else {
                throw UsageError("one customer at a time, or identifiers (NAMESPACE:VALUE)")
            }
            let question = try IdentityQuestion(first, realm: realm, configuration)
            let story = try StoryFinder(arguments, configuration).story(question, asked: first)
            guard story.customer == question.hashes.first?.hex else {
                let whose = story.customer.map { "it is customer \($0)'s now" } ?? "it is a hub, and nobody's"
                throw CommandFailure(.failed, "\(first) is no customer's id: \(whose)")
            }
            let plan = ForgetPlan(story, nowMs: nowMs)
            return try outlet.send(plan.events.map(\.line), plan: plan.text)
        }
    )
}

/// A customer, expanded once into all that names it: of a shared device only its own spans of time.
struct ForgetPlan {
    private let story: IdentityStory
    private let nowMs: Int64
    /// What one event names at most: it must stay within the limit on events.
    private static let namesMax = 2_000

    init(_ story: IdentityStory, nowMs: Int64) {
        self.story = story
        self.nowMs = nowMs
    }

    /// nil spans: all up to now.
    private var holdings: [(name: ControlEvent.Name, spans: [(from: String?, to: String?)]?, isReference: Bool)] {
        story.identifiers.map { holding in
            let identifier = holding.identifier
            let name = ControlEvent.Name(
                namespace: identifier.namespace,
                value: identifier.value ?? identifier.hash
            )
            return (name, holding.spans.count > 1 ? spans(holding) : nil, holding.reference)
        }
    }

    /// Both ends included, and none after now.
    private func spans(_ holding: IdentityStory.Holding) -> [(from: String?, to: String?)] {
        holding.spans.filter { $0.customer == story.customer }.compactMap { span in
            let until = span.to.flatMap { EventTime.parse($0) }.map { $0 - 1 } ?? nowMs
            let to = min(until, nowMs)
            if let from = span.from.flatMap({ EventTime.parse($0) }), from > to { return nil }
            return (span.from, EventTime.format(to))
        }
    }

    var events: [ControlEvent] {
        // A span that lies wholly in the future leaves nothing to forget.
        let held = holdings.filter { $0.spans?.isEmpty != true }
        return stride(from: 0, to: held.count, by: Self.namesMax).map { start in
            let some = held[start..<min(start + Self.namesMax, held.count)]
            var event = ControlEvent(
                type: "customer_forgotten",
                realm: story.realm,
                timeMs: nowMs,
                names: some.map(\.name)
            )
            for holding in some where holding.spans != nil { event.spans[holding.name] = holding.spans }
            return event
        }
    }

    var text: [String] {
        let held = holdings
        var lines = ["Customer \(story.customer ?? "") will be forgotten: every event up to now that names"]
        for holding in held where !holding.isReference {
            let spans = holding.spans?.map { "\($0.from ?? "…") – \($0.to ?? "…")" }.joined(separator: ", ")
            let within = spans.map { "   shared: only \($0)" } ?? ""
            lines.append("  \(holding.name.namespace) \(holding.name.value)\(within)")
        }
        let references = held.count { $0.isReference }
        if references > 0 { lines.append("  \(references) orders, parcels and other references") }
        return lines + Self.consequences
    }

    static func text(names: [ControlEvent.Name]) -> [String] {
        ["Every event up to now that names one of these will be forgotten, and nothing else of whom they belong to:"]
            + names.map { "  \($0.namespace) \($0.value)" } + consequences
    }

    private static let consequences = [
        "Results are taken back, copies that come again are dropped. It cannot be undone."
    ]
}
