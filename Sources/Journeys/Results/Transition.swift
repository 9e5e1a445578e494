// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

/// A step of a journey from one stage to another.
public struct Transition: Sendable, Equatable {
    public var model: String
    /// nil: the customer's one journey of this model.
    public var instance: String?
    /// 1 is the first.
    public var cycle: Int
    /// nil at the very first transition of a model and instance.
    public var from: String?
    public var to: String
    /// Milliseconds since 1970.
    public var atMs: Int64
    /// The key of the event that caused it.
    public var cause: Hash128
    /// The id of that event, as its sender gave it.
    public var causeID: String
    public var channel: String
    /// Whole seconds (cut) since the previous transition; nil at first.
    public var previousStageSeconds: Int64?
    /// The customer's, at the cause; three decimals.
    public var mood: Double?

    /// Derived from what it is and its cause: an event moves a journey at most once, so no two share one.
    public var id: Hash128 {
        ResultID.hash(kind: "transition", model: model, instance: instance, stage: to, event: cause)
    }

    /// Writes the record's `data`.
    public func writeData(_ w: inout JSONWriter, revision: Int) {
        w.beginObject()
        w.member("model")
        w.string(model)
        if let instance {
            w.member("instance")
            w.string(instance)
        }
        w.member("cycle")
        w.int(Int64(cycle))
        w.member("from")
        w.optional(from)
        w.member("to")
        w.string(to)
        w.member("cause")
        w.string(causeID)
        w.member("channel")
        w.string(channel)
        w.member("previous_stage_seconds")
        w.optional(previousStageSeconds)
        w.member("mood")
        w.optional(mood)
        w.member("revision")
        w.int(Int64(revision))
        w.endObject()
    }
}
