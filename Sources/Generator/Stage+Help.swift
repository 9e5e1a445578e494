// SPDX-License-Identifier: Apache-2.0

/// Calls, messages and cases: among them those who hang up angrily and go on in the messenger.
extension Stage {
    mutating func readHelp(_ number: Int, at timeMs: Int64) {
        var time = timeMs
        for _ in 0..<chance.within(1...3) {
            let article = chance.pick(Catalogue.articles)
            event("faq_viewed", on: "web", at: time, of: number, .cookie) { $0.text("article", article) }
            time += chance.minutes(1...20)
        }
    }

    mutating func seekHelp(_ number: Int, at timeMs: Int64, isAngry: Bool, order: Int?) {
        let person = cast[number]
        if isAngry || !person.hasLine || chance.percent(40) {
            let ended = call(number, at: timeMs, isAngry: isAngry, order: order)
            guard let hungUp = ended, person.hasLine || person.hasAccount else { return }
            write(number, at: hungUp + chance.minutes(1...50), isAngry: true, order: order)
        } else {
            write(number, at: timeMs, isAngry: isAngry, order: order)
        }
    }

    /// A call to the contact centre; gives the time of hanging up when nobody answered.
    private mutating func call(_ number: Int, at timeMs: Int64, isAngry: Bool, order: Int?) -> Int64? {
        let call = newThing()
        let waited = isAngry ? chance.within(400...2400) : chance.within(5...600)
        let answered = timeMs + Int64(waited) * 1000
        event("call_queued", on: "phone", at: timeMs, of: number, .phone) {
            $0.text("call_id", "call-", call)
            $0.text("queue", "orders")
            $0.text("direction", "inbound")
        }
        if chance.percent(isAngry ? 65 : 12) {
            event("call_abandoned", on: "phone", at: answered, of: number, .phone) {
                $0.text("call_id", "call-", call)
                $0.number("waited_seconds", waited)
                $0.text("direction", "inbound")
            }
            return answered
        }
        let agent = chance.within(1...30)
        // The agent asks for the number of the order, or finds the account.
        let names: Names = cast[number].hasAccount && chance.percent(60) ? [.phone, .user] : .phone
        event("call_started", on: "phone", at: answered, of: number, names) { line in
            line.text("call_id", "call-", call)
            line.text("agent_id", "agent-", agent)
            line.number("waited_seconds", waited)
            line.text("direction", "inbound")
            if let order { line.text("order_id", "o-", order) }
        }
        let ended = answered + chance.seconds(90...900)
        event("call_ended", on: "phone", at: ended) { $0.text("call_id", "call-", call) }
        if chance.percent(25) { openCase(number, at: ended - 5000, after: "call_id", "call-", call) }
        return nil
    }

    private mutating func write(_ number: Int, at timeMs: Int64, isAngry: Bool, order: Int?) {
        let person = cast[number]
        let conversation = newThing()
        let isLine = person.hasLine
        let names: Names = isLine ? .line : .user
        let text = (isAngry ? Phrases.angry : .asking).pick(person.isJapanese, &chance)
        event("message_received", on: "messenger", at: timeMs, of: number, names) { line in
            line.text("conversation_id", isLine ? "line-" : "chat-", conversation)
            line.text("text", text)
            if let order { line.text("order_id", "o-", order) }
        }
        var time = timeMs
        if chance.percent(60) {
            time += chance.seconds(1...4)
            event("bot_replied", on: "messenger", at: time) {
                $0.text("conversation_id", isLine ? "line-" : "chat-", conversation)
            }
        }
        if chance.percent(80) {
            time += chance.minutes(1...90)
            let agent = chance.within(1...30)
            let answer = Phrases.answering.pick(person.isJapanese, &chance)
            event("agent_replied", on: "messenger", at: time) {
                $0.text("conversation_id", isLine ? "line-" : "chat-", conversation)
                $0.text("agent_id", "agent-", agent)
                $0.text("text", answer)
            }
        }
        if isAngry || chance.percent(20) {
            openCase(
                number,
                at: time + chance.seconds(30...400),
                after: "conversation_id",
                isLine ? "line-" : "chat-",
                conversation
            )
        }
    }

    private mutating func openCase(
        _ number: Int,
        at timeMs: Int64,
        after reference: String,
        _ prefix: String,
        _ contact: Int
    ) {
        let opened = newThing()
        let names: Names = cast[number].hasAccount ? .user : []
        event("case_opened", on: "support", at: timeMs, of: number, names) {
            $0.text("case_id", "case-", opened)
            $0.text(reference, prefix, contact)
        }
        guard chance.percent(85) else { return }
        let resolved = timeMs + chance.hours(1...40)
        event("case_resolved", on: "support", at: resolved) { $0.text("case_id", "case-", opened) }
        if chance.percent(8) {
            event("case_reopened", on: "support", at: resolved + chance.hours(4...60), of: number, names) {
                $0.text("case_id", "case-", opened)
            }
        } else if chance.percent(45) {
            let score = chance.within(1...5)
            event("csat_answered", on: "web", at: resolved + chance.hours(1...20), of: number, names) {
                $0.text("case_id", "case-", opened)
                $0.number("score", score)
                $0.number("max", 5)
            }
        }
    }
}
