// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Pipeline

/// Reads what the service writes, from where it stopped reading: counts everything, keeps what the scene caused.
struct DemoReader {
    /// A result of one of the scene's events.
    enum Finding {
        case transition(DemoRecord.Transition)
        case alert(DemoRecord.Alert)
        /// The result of this id does not stand any more.
        case takenBack
    }

    private let transport: Transport
    private var next: [Topic: Int64] = [:]
    private(set) var transitions = 0
    private(set) var alerts = 0
    /// Which of the scene's identifiers are one person's, in the order in which it was decided.
    private(set) var links: [DemoRecord.Decision] = []
    /// The customer of each of the scene's events.
    private(set) var owners: [String: String] = [:]

    private static let recordsMax = 20_000

    init(_ transport: Transport) { self.transport = transport }

    /// What is new, in the order in which it was written.
    mutating func poll() throws -> [(id: Hash128, finding: Finding)] {
        var found: [(Hash128, Finding)] = []
        for record in try fresh(.transitions) {
            guard let attributes = record.attributes else { continue }
            transitions += attributes.isRetraction ? 0 : 1
            if let finding = finding(record) { found.append((attributes.id, finding)) }
        }
        for record in try fresh(.alerts) {
            guard let attributes = record.attributes else { continue }
            alerts += attributes.isRetraction ? 0 : 1
            if let finding = finding(record) { found.append((attributes.id, finding)) }
        }
        for record in try fresh(.timeline) {
            guard let touch = DemoRecord.read(DemoRecord.Touch.self, record.data), touch.retracted != true else {
                continue
            }
            guard let event = touch.event, event.hasPrefix("scene-") else { continue }
            owners[event] = record.attributes?.subject?.hex
        }
        for record in try fresh(.identity) {
            guard let decision = DemoRecord.read(DemoRecord.Decision.self, record.data) else { continue }
            guard decision.decision == "linked", decision.retracted != true,
                decision.events.contains(where: { $0.hasPrefix("scene-") })
            else { continue }
            links.append(decision)
        }
        return found
    }

    /// The newest profile of a customer.
    func profile(of customer: String) throws -> DemoRecord.Profile? {
        let key = Array(customer.utf8)
        let record = try transport.outputs(of: .profiles, max: .max).first { $0.key == key }
        return DemoRecord.read(DemoRecord.Profile.self, record?.data)
    }

    private mutating func fresh(_ topic: Topic) throws -> [EmbeddedOutput] {
        let records = try transport.outputs(of: topic, from: next[topic] ?? 0, max: Self.recordsMax)
        if let last = records.last { next[topic] = last.offset + 1 }
        return records
    }

    private func finding(_ record: EmbeddedOutput) -> Finding? {
        guard let caused = DemoRecord.read(DemoRecord.Caused.self, record.data), caused.cause.hasPrefix("scene-") else {
            return nil
        }
        if caused.retracted == true { return .takenBack }
        if record.attributes?.type == "tabiji.transition" {
            return DemoRecord.read(DemoRecord.Transition.self, record.data).map { .transition($0) }
        }
        return DemoRecord.read(DemoRecord.Alert.self, record.data).map { .alert($0) }
    }
}
