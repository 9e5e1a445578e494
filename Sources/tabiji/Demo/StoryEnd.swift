// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// The end of the story: why it is one person, and what is known of her.
struct StoryEnd {
    let teller: StoryTeller
    let paint: Paint
    let steps: [SceneStep]
    let names: SceneNames

    /// Which decisions made her one person.
    func reasons(_ reader: DemoReader) -> [String] {
        let customers = Set(reader.owners.values)
        var lines = ["", paint(.bold, "Why is this one person?")]
        for link in reader.links {
            let together = link.identifiers.map(names.text).joined(separator: " = ")
            guard let event = link.events.first(where: { $0.hasPrefix("scene-") }) else { continue }
            lines.append("  linked  \(together.padding(to: 60))" + paint(.dim, "  seen together \(time(of: event))"))
        }
        let parcels = steps.indices.filter { steps[$0].identifiers.isEmpty }
        let known = parcels.filter { reader.owners[DemoScene.id($0 + 1)] != nil }
        lines.append(
            "  named   \(known.count) of \(parcels.count) events name nobody, only parcel, order or conversation: these are hers"
        )
        let channels = Set(steps.map(\.channel)).count
        let count = customers.count == 1 ? "one customer" : "\(customers.count) customers"
        lines.append("  so      \(reader.owners.count) touchpoints on \(channels) channels belong to \(count)")
        return lines
    }

    /// What whoever answers her next will see.
    func profile(_ profile: DemoRecord.Profile, of customer: String) -> [String] {
        let counters = profile.counters
        let namespaces = profile.identifiers.sorted { $0.key < $1.key }.map(\.key)
        let stages = ["classic-5", "journey-7", "d2c-5"].compactMap { model in
            profile.stages[model].map { stage in
                let title = teller.title(model, stage.stage)
                return "\(title.ja) (\(title.en))"
            }
        }
        let value = counters.value.map { "\(Int($0.value)) \($0.key)" }.sorted().joined(separator: ", ")
        var lines = ["", paint(.bold, "Who is she now?  ") + paint(.dim, "customer \(customer)")]
        lines.append("  known by   " + namespaces.joined(separator: ", ") + paint(.dim, " (keyed hashes)"))
        lines.append("  stages     " + stages.joined(separator: " · ") + paint(.dim, "  (of three models)"))
        lines.append("  orders     \(counters.orders), \(value)")
        lines.append(
            "  contacts   \(counters.contacts), abandoned calls \(counters.abandonedCalls), "
                + "open cases \(counters.openCases)"
        )
        lines.append("  mood       \(profile.mood.map { "\($0)" } ?? "unknown") of −1 … +1")
        if let contact = profile.lastContact {
            let waited = contact.waitedSeconds.map { ", after waiting \(Int($0) / 60) minutes" } ?? ""
            lines.append("  last       \(contact.channel)\(waited)\(contact.text.map { ": “\($0)”" } ?? "")")
        }
        return lines
    }

    private func time(of event: String) -> String {
        steps.indices.first { DemoScene.id($0 + 1) == event }.map { SceneCalendar.text(steps[$0].timeMs) } ?? event
    }
}
