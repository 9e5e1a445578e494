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
        w.member("identifiers")
        identifiers(&w)
        write(stages: &w)
        w.member("mood")
        w.optional(mood)
        write(counters: &w)
        w.member("cart")
        w.beginObject()
        for entry in cart {
            w.key(entry.product)
            w.value(entry.quantity.json)
        }
        w.endObject()
        w.member("wishlist")
        w.strings(wishlist)
        w.member("traits")
        w.value(.object(traits))
        w.member("references")
        w.strings(references)
        w.member("touches")
        w.beginObject()
        write(touches: channels, "channels", &w)
        write(touches: campaigns, "campaigns", &w)
        w.endObject()
        w.member("nps")
        w.optional(nps.map { Int64($0) })
        w.member("consent")
        consent(&w)
        w.member("first_seen")
        w.time(firstSeenMs)
        w.member("last_seen")
        w.time(lastSeenMs)
        write(lastContact: &w)
        w.member("revision")
        w.int(Int64(revision))
        w.endObject()
    }

    private func write(stages w: inout JSONWriter) {
        w.member("stages")
        w.beginObject()
        for entry in stages {
            w.key(entry.key)
            w.beginObject()
            w.member("stage")
            w.string(entry.stage)
            w.member("cycle")
            w.int(Int64(entry.cycle))
            w.member("since")
            w.time(entry.sinceMs)
            w.endObject()
        }
        w.endObject()
    }

    private func write(counters w: inout JSONWriter) {
        w.member("counters")
        w.beginObject()
        w.member("orders")
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
            w.member("first")
            w.time(entry.span.firstMs)
            w.member("last")
            w.time(entry.span.lastMs)
            w.endObject()
        }
        w.endObject()
    }

    private func write(lastContact w: inout JSONWriter) {
        w.member("last_contact")
        guard let contact = lastContact else { return w.null() }
        w.beginObject()
        w.member("channel")
        w.string(contact.channel)
        w.member("at")
        w.time(contact.atMs)
        w.member("text")
        w.value(contact.text ?? .null)
        w.member("mood")
        w.optional(contact.mood)
        w.member("waited_seconds")
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
