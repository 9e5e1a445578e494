// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation

/// The command line of the benchmarks.
struct BenchmarkOptions {
    static let usage = """
        Measures how fast the parts are and the whole, on generated events.

        usage: Benchmarks [--events N] [--seed S] [--only NAME,…] [--kafka HOST:PORT] [--passes N] [--json]

        \(options.help.joined(separator: "\n"))
        """

    private static let options = [
        Option(name: "--events", value: "N", help: "events of the workload (default 100000)"),
        Option(name: "--seed", value: "S", help: "of the generator (default 1)"),
        Option(name: "--only", value: "NAME,…", help: Stage.allCases.map(\.rawValue).joined(separator: ", ")),
        Option(
            name: "--kafka",
            value: "HOST:PORT",
            help: "brokers for the stage kafka (default: what TABIJI_TEST_KAFKA says)"
        ),
        Option(
            name: "--passes",
            value: "N",
            help: "passes that are measured, after one that is not (default 5); the median is shown; 0: that one alone"
        ),
        Option(name: "--json", arity: .flag, help: "JSON in place of the table"),
        Option(
            name: "--storms",
            value: "N",
            help: "what N observations of one bad value do to identity, for each kind of storm; nothing else"
        ),
        Option(name: "--storm", value: "NAME,…", help: IdentityStorm.allCases.map(\.rawValue).joined(separator: ", ")),
        Option(
            name: "--identity-scale",
            value: "N",
            help: "what N customers with 33 observations each (--each) cost the identity engine; nothing else"
        ),
        Option(name: "--each", value: "N", help: "observations of each of these customers"),
    ]
    /// Of a process that runs one stage.
    private static let stage = Option(name: "--stage", value: "NAME", help: "")

    var events = 100_000
    var seed: UInt64 = 1
    var only: [Stage] = Stage.allCases
    var kafka: String?
    var passes = 5
    var isJSON = false
    var wantsHelp = false
    /// Observations of each storm; 0: the stages are measured.
    var storms = 0
    var wantsStorms: Bool { storms > 0 }
    var kinds: [IdentityStorm] = IdentityStorm.allCases
    /// Customers of the identity engine at scale; 0: the stages are measured.
    var scale = 0
    var each = 33
    /// Of a process that runs one stage: which.
    var passesOf: Stage?

    init(_ words: [String]) throws(UsageError) {
        let named = ProcessInfo.processInfo.environment["TABIJI_TEST_KAFKA"] ?? ""
        kafka = named.isEmpty ? nil : named
        wantsHelp = OptionParser.asksForHelp(words)
        if wantsHelp { return }
        let typed = try OptionParser(options: Self.options + [Self.stage]).parse(words)
        let most = 100_000_000
        isJSON = typed.has("--json")
        events = try typed.number("--events", least: 1_000, most: most) ?? events
        seed = try typed.number("--seed", most: most).map { UInt64($0) } ?? seed
        passes = try typed.number("--passes", most: most) ?? passes
        kafka = typed.one("--kafka") ?? kafka
        storms = try typed.number("--storms", least: 1_000, most: most) ?? storms
        kinds = try Self.named("storm", typed.one("--storm")) ?? kinds
        scale = try typed.number("--identity-scale", least: 1_000, most: most) ?? scale
        each = try typed.number("--each", least: 3, most: most) ?? each
        only = try Self.named("stage", typed.one("--only")) ?? only
        let stages: [Stage]? = try Self.named("stage", typed.one("--stage"))
        passesOf = stages?.first
    }

    /// What a process that runs one stage is given.
    func arguments(_ stage: Stage, passes: Int) -> [String] {
        var words = [
            "--stage", stage.rawValue, "--events", String(events), "--seed", String(seed), "--passes", String(passes),
        ]
        if let kafka { words += ["--kafka", kafka] }
        return words
    }

    private static func named<Kind: RawRepresentable<String>>(
        _ noun: String,
        _ list: String?
    ) throws(UsageError) -> [Kind]? {
        guard let list else { return nil }
        var kinds: [Kind] = []
        for name in list.split(separator: ",").map(String.init) {
            guard let kind = Kind(rawValue: name) else { throw UsageError("no \(noun) is called \(name)") }
            kinds.append(kind)
        }
        return kinds
    }
}
