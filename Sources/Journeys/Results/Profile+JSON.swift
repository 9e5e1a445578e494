// SPDX-License-Identifier: Apache-2.0
public import Touchpoints

extension Profile {
    /// Writes the record's `data`.
    ///
    /// - Parameters:
    ///   - identifiers: writes the value of the member `identifiers`.
    ///   - consent: writes the value of the member `consent`.
    public func writeData(
        _ w: inout JSONWriter,
        revision: Int,
        identifiers: (inout JSONWriter) -> Void,
        consent: (inout JSONWriter) -> Void
    ) {
        w.beginObject()
        w.key("identifiers")
        identifiers(&w)
        write(stages: &w)
        w.key("mood")
        w.optional(mood)
        write(counters: &w)
        w.key("cart")
        w.beginObject()
        for entry in cart {
            w.key(entry.product)
            w.value(entry.quantity.json)
        }
        w.endObject()
        w.key("wishlist")
        w.strings(wishlist)
        w.key("traits")
        w.value(.object(traits))
        w.key("references")
        w.strings(references)
        w.key("touches")
        w.beginObject()
        write(touches: channels, "channels", &w)
        write(touches: campaigns, "campaigns", &w)
        w.endObject()
        w.key("nps")
        w.optional(nps.map { Int64($0) })
        w.key("consent")
        consent(&w)
        w.key("first_seen")
        w.time(firstSeenMs)
        w.key("last_seen")
        w.time(lastSeenMs)
        write(lastContact: &w)
        w.key("revision")
        w.int(Int64(revision))
        w.endObject()
    }

    private func write(stages w: inout JSONWriter) {
        w.key("stages")
        w.beginObject()
        for entry in stages {
            w.key(entry.key)
            w.beginObject()
            w.key("stage")
            w.string(entry.stage)
            w.key("cycle")
            w.int(Int64(entry.cycle))
            w.key("since")
            w.time(entry.sinceMs)
            w.endObject()
        }
        w.endObject()
    }

    private func write(counters w: inout JSONWriter) {
        w.key("counters")
        w.beginObject()
        w.key("orders")
        w.int(Int64(counters.orders))
        for (name, amounts) in [("value", counters.value), ("refunded", counters.refunded)] {
            w.key(name)
            w.beginObject()
            for money in amounts {
                w.key(money.currency)
                w.raw(money.amount.text)
            }
            w.endObject()
        }
        let counts = [
            ("returns", counters.returns), ("exchanges", counters.exchanges), ("contacts", counters.contacts),
            ("abandoned_calls", counters.abandonedCalls), ("open_cases", counters.openCases),
        ]
        for (name, count) in counts {
            w.key(name)
            w.int(Int64(count))
        }
        w.endObject()
    }

    private func write(touches: [TouchEntry], _ name: String, _ w: inout JSONWriter) {
        w.key(name)
        w.beginObject()
        for entry in touches {
            w.key(entry.name)
            w.beginObject()
            w.key("first")
            w.time(entry.span.firstMs)
            w.key("last")
            w.time(entry.span.lastMs)
            w.endObject()
        }
        w.endObject()
    }

    private func write(lastContact w: inout JSONWriter) {
        w.key("last_contact")
        guard let contact = lastContact else { return w.null() }
        w.beginObject()
        w.key("channel")
        w.string(contact.channel)
        w.key("at")
        w.time(contact.atMs)
        w.key("text")
        w.value(contact.text ?? .null)
        w.key("mood")
        w.optional(contact.mood)
        w.key("waited_seconds")
        w.value(contact.waitedSeconds?.json ?? .null)
        w.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func strings(_ texts: [String]) {
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
