// SPDX-License-Identifier: Apache-2.0

/// What intake reads of the configuration beside the identity rules and the vocabulary.
public struct IntakeSettings: Sendable {
    public enum Format: String, Sendable, CaseIterable { case native, cloudevents, segment }
    public enum SegmentTime: String, Sendable, CaseIterable { case original, corrected }

    /// Of one record, in bytes; more is `too_large`.
    public var eventBytesMax = 1 << 20
    /// Event times before it are `bad_time`. Milliseconds.
    public var earliestTimeMs: Int64 = 946_684_800_000
    /// Topics whose control records count.
    public var controlTopics: Set<String> = ["touchpoints.control"]
    /// `--control`: those of files that are read as no topic's count too.
    public var trustsFiles = false
    public var formats: [String: Format] = [:]
    public var topicRealms: [String: String] = [:]
    public var segmentTime = SegmentTime.original
    /// Names of the properties that are kept where models, rules and profiles read them; the rest travels beside.
    public var keptProperties: Set<String> = []

    public init() {}
}
