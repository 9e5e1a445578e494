// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Pipeline

extension Command {
    static let simulate = Command(
        name: "simulate",
        summary:
            "What would other rules do to recorded events: who would merge, split or change hands. Touches nothing.",
        usage: "identity simulate --rules FILE --from SOURCE… [--json] [options]",
        options: [
            Option(name: "--rules", value: "FILE", help: "rules to try, written as identity.yaml is"),
            Option(
                name: "--from",
                value: "SOURCE…",
                arity: .many,
                help: "recorded events: files, or kafka: (see replay)"
            ),
            Option(name: "--json", arity: .flag, help: "the comparison as one JSON object"),
            .trusts, .config,
        ],
        run: { arguments in
            guard let file = arguments.one("--rules") else { throw UsageError("--rules is missing: which rules?") }
            let sources = arguments.all("--from").map { ReplayOptions.source($0) }
            guard !sources.isEmpty else { throw UsageError("--from is missing: which events?") }
            let configuration = try Configured.load(arguments)
            let rules = try TabijiConfiguration.rules(file: file)
            let bar = ProgressBar("simulate")
            defer { bar.clear() }
            let comparison = try IdentitySimulation.run(
                configuration,
                trying: rules,
                sources,
                trustsFiles: arguments.has("--control"),
                nowMs: Int64(Date().timeIntervalSince1970 * 1000)
            ) { bar.show("\($0.records) records") }
            bar.clear()
            if arguments.has("--json") {
                Console.out(comparison.json)
            } else {
                Console.out(ComparisonText(comparison).text)
            }
            return .done
        }
    )
}

/// A comparison as a person reads it.
struct ComparisonText {
    private let comparison: RulesComparison

    init(_ comparison: RulesComparison) { self.comparison = comparison }

    var text: String { (counts + changes + findings).joined(separator: "\n") + "\n" }

    private var counts: [String] {
        let (merged, split, moved) = (comparison.merged, comparison.split, comparison.moved)
        func both(_ both: RulesComparison.Both) -> String {
            both.now == both.then ? "\(both.now)" : "\(both.now) → \(both.then)"
        }
        var lines = [
            "events      \(both(comparison.events))",
            "customers   \(both(comparison.customers))",
            "merged      \(merged.customers) customers would become \(merged.into)",
            "split       \(split.customers) customers would lose \(split.events) events to \(split.into) new ones",
            "moved       \(moved.events) events would go from \(moved.customers) customers to others",
        ]
        if comparison.nobodys.now + comparison.nobodys.then > 0 {
            lines.append("nobody's    \(both(comparison.nobodys)) events, named by hubs alone")
        }
        let changed = comparison.deadletters.filter { $0.value.now != $0.value.then }.sorted { $0.key < $1.key }
        for (reason, count) in changed { lines.append("refused     \(reason): \(both(count))") }
        return lines
    }

    private var changes: [String] {
        guard !comparison.changes.isEmpty else { return [] }
        return ["", "The biggest changes:"]
            + comparison.changes.flatMap { change -> [String] in
                let some = { (parties: [RulesComparison.Party]) in parties.map(Self.name).joined(separator: " + ") }
                let line = "  \(change.kind.padding(to: 7)) \(some(change.from)) → \(some(change.into))"
                guard let because = change.because else { return [line] }
                let mark = because.decision == "linked" ? " = " : " ≠ "
                let names = because.identifiers.map(StoryText.name).joined(separator: mark)
                let event = because.event.map { ", event \($0)" } ?? ""
                return [line, "          \(because.decision): \(names) (\(because.rule)\(event))"]
            }
    }

    private var findings: [String] {
        guard !comparison.findings.isEmpty else { return [] }
        return ["", "What the data say against these rules:"] + comparison.findings.map { "  \($0.message)" }
    }

    private static func name(_ party: RulesComparison.Party) -> String {
        "\(party.identifier.map(StoryText.name) ?? party.customer) (\(party.events))"
    }
}
