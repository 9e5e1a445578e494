// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// The end of the story: why it is one person, and what is known of her.
struct StoryEnd {
    let teller: StoryTeller
    let paint: Paint
    let steps: [SceneStep]
    let hasher: IdentifierHasher

    /// Which decisions made her one person.
    func reasons(_ reader: DemoReader) -> [String] {
        let customers = Set(reader.owners.values)
        var lines = ["", paint(.bold, "Why is this one person?")]
        for decision in reader.decisions where decision.decision == "linked" {
            let names = decision.identifiers.map(name).joined(separator: " = ")
            guard let event = decision.events.first(where: { $0.hasPrefix("scene-") }) else { continue }
            lines.append("  linked  \(names)  \(paint(.dim, "together in \(event)\(place(event))"))")
        }
        let parcels = steps.indices.filter { steps[$0].identifiers.isEmpty }
        let known = parcels.filter { reader.owners[DemoScene.id($0 + 1)] != nil }
        lines.append(
            "  named   \(known.count) of \(parcels.count) events name no person, only a parcel, an order or a talk: "
                + "the order is hers")
        let channels = Set(steps.map(\.channel)).count
        let count = customers.count == 1 ? "one customer" : "\(customers.count) customers"
        lines.append("  so      \(reader.owners.count) touchpoints on \(channels) channels belong to \(count)")
        return lines
    }

    /// What whoever answers her next will see.
    func profile(_ profile: DemoRecord.Profile, of customer: String) -> [String] {
        let counters = profile.counters
        let names = profile.identifiers.sorted { $0.key < $1.key }.map { $0.value.count > 1 ? "\($0.value.count) \($0.key)" : $0.key }
        let stages = ["classic-5", "journey-7", "d2c-5"].compactMap { model in
            profile.stages[model].map { "\(teller.title(model, $0.stage).ja) (\(model))" }
        }
        let value = counters.value.map { "\(Int($0.value)) \($0.key)" }.sorted().joined(separator: ", ")
        var lines = ["", paint(.bold, "Who is she now?  ") + paint(.dim, "customer \(customer)")]
        lines.append("  known by   " + names.joined(separator: ", ") + paint(.dim, "  (stored as keyed hashes)"))
        lines.append("  stages     " + stages.joined(separator: ", "))
        lines.append("  orders     \(counters.orders), \(value)")
        lines.append(
            "  contacts   \(counters.contacts), abandoned calls \(counters.abandonedCalls), "
                + "open cases \(counters.openCases)")
        lines.append("  mood       \(profile.mood.map { "\($0)" } ?? "unknown") of −1 … +1")
        if let contact = profile.lastContact {
            let waited = contact.waitedSeconds.map { ", after waiting \(Int($0) / 60) minutes" } ?? ""
            lines.append("  last       \(contact.channel)\(waited)\(contact.text.map { ": “\($0)”" } ?? "")")
        }
        return lines
    }

    /// `namespace:hash` with the value that only the scene knows.
    private func name(_ identifier: String) -> String {
        for known in DemoScene.names {
            let hash = hasher.identifier(realm: "default", namespace: known.namespace, value: known.value)
            if identifier == "\(known.namespace):\(hash.hex)" { return "\(known.namespace) \(known.value)" }
        }
        return identifier
    }

    private func place(_ event: String) -> String {
        steps.indices.first { DemoScene.id($0 + 1) == event }
            .map { ": \(steps[$0].type), \(SceneCalendar.text(steps[$0].timeMs))" } ?? ""
    }
}
