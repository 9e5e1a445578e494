// SPDX-License-Identifier: Apache-2.0

/// What is measured.
enum Stage: String, CaseIterable, Codable {
    /// JSON to touchpoints.
    case decode
    /// Records to the appends of the intake role.
    case intake
    /// Observations to ownership maps, decisions and rows.
    case identity
    /// The identity engine alone, among as many customers as events: two sights of each, and once they are known more
    /// of them, sign-ins of those who share a device, and late ones.
    case observeNew = "observe-new"
    case observeRepeat = "observe-repeat"
    case observeContested = "observe-contested"
    case observeLate = "observe-late"
    /// Whose is an identifier, and why.
    case lookup
    case explain
    /// Events and maps to transitions, profiles and rows.
    case journey
    /// An event at the end of a timeline of so many, by the journeys engine alone.
    case fold10 = "fold-10"
    case fold100 = "fold-100"
    case fold1000 = "fold-1000"
    case fold10000 = "fold-10000"
    /// An event that comes twenty places late into a timeline of a thousand.
    case late
    /// As fold-100, with so many copies of each alert rule.
    case rules10 = "rules-10"
    case rules100 = "rules-100"
    /// Orders and deliveries of a customer with five thousand promises open.
    case promises
    /// One deadline for each customer: set by the journey role, reached by the watermark, reached after a restart.
    case deadlinesSet = "deadlines-set"
    case deadlinesFire = "deadlines-fire"
    case deadlinesRestart = "deadlines-restart"
    /// Japanese sentences of about forty characters to moods.
    case mood
    /// All roles over recorded events; results are counted and dropped.
    case replay
    /// All roles on the durable log of one machine.
    case embedded
    /// All roles on Kafka.
    case kafka

    /// What its figures count.
    var unit: String {
        switch self {
        case .identity, .observeNew, .observeRepeat, .observeContested, .observeLate: "observations"
        case .lookup, .explain: "identifiers"
        case .mood: "texts"
        case .deadlinesSet, .deadlinesFire, .deadlinesRestart: "deadlines"
        default: "events"
        }
    }

    /// Whether it goes over the generated events as they are.
    var usesWorkload: Bool {
        switch self {
        case .decode, .intake, .identity, .journey, .replay, .embedded, .kafka: true
        default: false
        }
    }

    static let longestName = allCases.map(\.rawValue.count).max() ?? 0
}
