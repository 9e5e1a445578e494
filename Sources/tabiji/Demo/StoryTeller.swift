// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Puts the scene and its results into lines of text, at most 100 columns wide.
struct StoryTeller {
    typealias Titles = [String: [String: Vocabulary.Title]]

    private let titles: Titles
    private let paint: Paint
    /// Results that were told, by their id.
    private var told: [Hash128: String] = [:]
    /// Of these, what was taken back since, and not told again.
    private var gone: [Hash128] = []
    /// Of these, what was gone a step ago.
    private var waited: Set<Hash128> = []

    /// Models whose steps are told, and what is written before them.
    private static let models = [("journey-7", ""), ("post-purchase", "order "), ("support-case", "case ")]
    private static let indent = String(repeating: " ", count: 24)

    init(titles: Titles, paint: Paint) {
        self.titles = titles
        self.paint = paint
    }

    func line(_ step: SceneStep) -> String {
        let channel = paint(.bold, step.channel.padding(to: 10))
        return "\(paint(.dim, SceneCalendar.text(step.timeMs)))  \(channel) \(step.tells)"
    }

    /// Lines about who was found to be one person; of identifiers that were seen together, those with the strongest.
    func lines(linked: [[String]], _ names: SceneNames) -> [String] {
        linked.filter { $0.contains { $0.hasPrefix("user_id:") } }.map { identifiers in
            Self.indent + paint(.magenta, "= " + identifiers.map(names.text).joined(separator: " is "))
        }
    }

    /// Lines about what is new: steps of journeys on one, each alert on its own. What another customer's journey told
    /// already is not told again when it becomes part of this one.
    ///
    /// - Parameter newest: the newest event of the scene, and how long ago it was sent.
    mutating func lines(
        _ found: [(id: Hash128, finding: DemoReader.Finding)],
        newest: (event: String, seconds: Double)?
    ) -> [String] {
        var moves: [(rank: Int, text: String)] = []
        var lines: [String] = []
        for (id, finding) in found {
            switch finding {
            case .transition(let transition):
                guard let rank = Self.models.firstIndex(where: { $0.0 == transition.model }) else { continue }
                let text = Self.models[rank].1 + move(transition)
                gone.removeAll { $0 == id }
                if told.updateValue(text, forKey: id) == nil {
                    moves.append((rank, rank == 0 ? paint(.green, text) : paint(.blue, text)))
                }
            case .alert(let alert):
                gone.removeAll { $0 == id }
                guard let line = line(alert), alert.state == "opened" || told[id] != nil else { continue }
                guard told.updateValue(line, forKey: id) != line else { continue }
                lines.append(Self.indent + line + age(of: alert, newest))
                if alert.state == "opened", let message = alert.message {
                    lines += [message.ja, message.en].map { Self.indent + "  " + $0 }
                }
            case .takenBack:
                if told[id] != nil { gone.append(id) }
            }
        }
        if !moves.isEmpty {
            let texts = moves.sorted { $0.rank < $1.rank }.map(\.text).joined(separator: paint(.dim, " · "))
            lines.insert(Self.indent + "→ " + texts, at: 0)
        }
        return lines
    }

    /// After each step: a line about each result that was told and does not stand any more. One that only passes from
    /// one customer to another comes back soon, so that a step is waited for.
    mutating func takenBack() -> [String] {
        let (settled, waiting) = (gone.filter { waited.contains($0) }, gone.filter { !waited.contains($0) })
        (gone, waited) = (waiting, Set(waiting))
        return settled.compactMap { told.removeValue(forKey: $0) }.map { text in
            Self.indent + paint(.dim, "↺ taken back, now that all is one journey: ") + text
        }
    }

    private func move(_ transition: DemoRecord.Transition) -> String {
        let to = title(transition.model, transition.to)
        guard let from = transition.from else { return "\(to.ja) (\(to.en))" }
        return "\(title(transition.model, from).ja) → \(to.ja) (\(to.en))"
    }

    private func line(_ alert: DemoRecord.Alert) -> String? {
        let name = "\(alert.title.ja) (\(alert.title.en))"
        switch alert.state {
        case "opened" where alert.severity == "info": return paint(.yellow, "! \(name)")
        case "opened":
            return paint(alert.severity == "critical" ? .red : .yellow, "! alert, \(alert.severity): \(name)")
        case "resolved": return paint(.green, "✓ resolved: \(name)")
        default: return nil
        }
    }

    /// How soon it was told, where the newest event caused it; a deadline has its own time.
    private func age(of alert: DemoRecord.Alert, _ newest: (event: String, seconds: Double)?) -> String {
        guard let newest, alert.state == "opened", alert.cause == newest.event else { return "" }
        let tenths = Int((newest.seconds * 10).rounded(.up))
        return paint(.dim, "  \(tenths / 10).\(tenths % 10) s after the event")
    }

    func title(_ model: String, _ stage: String) -> Vocabulary.Title {
        titles[model]?[stage] ?? Vocabulary.Title(en: stage, ja: stage)
    }
}

/// Colours of a terminal; none where the output is none.
struct Paint {
    enum Colour: String {
        case bold = "1", dim = "2", red = "1;31", green = "32", yellow = "33", blue = "36", magenta = "35"
    }

    var isOn: Bool

    func callAsFunction(_ colour: Colour, _ text: String) -> String {
        isOn ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
    }
}
