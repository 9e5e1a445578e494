// SPDX-License-Identifier: Apache-2.0
internal import Pipeline

/// Gauges of a service's status: name, help, and how they are read.
enum ServiceGauges {
    static let all: [(String, String, @Sendable (ServiceStatus) -> Double)] = [
        ("tabiji_ready", "1 when every role has its partitions restored.", { $0.isReady ? 1 : 0 }),
        (
            "tabiji_watermark_seconds", "Event time up to which everything is thought to have come.",
            { status in
                status.watermarkMs.map { $0 == .min ? 0 : Double($0) / 1000 } ?? 0
            }
        ),
        (
            "tabiji_customers", "Customers that hold an event, of this process's partitions.",
            { Double($0.customers) }
        ),
        ("tabiji_alerts_open", "Alerts that are open.", { Double($0.alertsOpen) }),
        ("tabiji_events", "Distinct events held.", { Double($0.events) }),
        ("tabiji_events_forgotten", "Records of events that are forgotten.", { Double($0.forgotten) }),
        (
            "tabiji_events_folded_away", "Events beyond the horizon, folded into their customers' bases.",
            { Double($0.foldedAway) }
        ),
        (
            "tabiji_customers_suspended",
            "Customers with more touchpoints than limits.max_touchpoints: not folded.",
            { Double($0.suspended) }
        ),
        (
            "tabiji_customers_to_refold",
            "Customers that are still to be folded again because the rules have changed; about.",
            { Double($0.customersToRefold) }
        ),
        ("tabiji_broadcasts_held", "Broadcasts kept, by each partition its own.", { Double($0.broadcasts) }),
        ("tabiji_identifiers", "Identifiers that the identity role has met.", { Double($0.identifiers) }),
        (
            "tabiji_observations", "Observations that the identity role holds: those since the horizon, and few older.",
            { Double($0.observations) }
        ),
        (
            "tabiji_observations_too_late", "Observations that came from before the horizon, since the start.",
            { Double($0.observationsTooLate) }
        ),
        ("tabiji_customers_waiting", "Customers that wait to be folded.", { Double($0.waiting.customers) }),
        (
            "tabiji_moves_waiting",
            "Identifiers of customers whose events are still to be passed on to other customers.",
            { Double($0.waiting.moves) }
        ),
        (
            "tabiji_partitions_forgetting", "Partitions that still look through what they hold for what is forgotten.",
            { Double($0.waiting.forgetting) }
        ),
        ("tabiji_events_passed_on", "Events passed on to another customer.", { Double($0.passedOn) }),
        ("tabiji_read", "Records that intake read since the start.", { Double($0.read) }),
        (
            "tabiji_accepted", "Records that intake accepted since the start, copies included.",
            { Double($0.accepted) }
        ),
        (
            "tabiji_busiest_identifier_share",
            "The part of the recent events that name the busiest identifier, from 0.01 on; /v1/status names it.",
            { $0.busiest.first?.share ?? 0 }
        ),
        ("tabiji_tombstones", "Empty records that intake met.", { Double($0.tombstones) }),
    ]
}
