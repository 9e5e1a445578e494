// SPDX-License-Identifier: Apache-2.0

/// What is measured.
enum Stage: String, CaseIterable, Codable {
    /// JSON to touchpoints.
    case decode
    /// Records to the appends of the intake role.
    case intake
    /// Observations to ownership maps, decisions and rows.
    case identity
    /// Events and maps to transitions, profiles and rows.
    case journey
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
        case .identity: "observations"
        case .mood: "texts"
        default: "events"
        }
    }
}
