// SPDX-License-Identifier: Apache-2.0
public import Digests
internal import Touchpoints

/// Ids of results: from what they are and the event that caused them, never from the customer, the clock or chance.
public enum ResultID {
    /// The first 128 bits of SHA-256 over the JSON array [kind, model, instance, stage, event key].
    ///
    /// What is absent is null. One event moves one journey of a model at most once, so the five never repeat for a
    /// customer; they do not name the customer, so the id stays when the event gets another owner.
    public static func hash(kind: String, model: String, instance: String?, stage: String?, event: Hash128) -> Hash128 {
        hash { w in
            w.string(kind)
            w.string(model)
            w.optional(instance)
            w.optional(stage)
            w.hex(event)
        }
    }

    /// Over a JSON array of what `write` writes.
    static func hash(_ write: (inout JSONWriter) -> Void) -> Hash128 {
        var w = JSONWriter(capacity: 160)
        w.beginArray()
        write(&w)
        w.endArray()
        return SHA256.hash128(w.bytes)
    }
}

extension JSONWriter {
    mutating func optional(_ text: String?) { if let text { string(text) } else { null() } }
    mutating func optional(_ number: Int64?) { if let number { int(number) } else { null() } }
    mutating func optional(_ number: Double?) { if let number { double(number) } else { null() } }
}
