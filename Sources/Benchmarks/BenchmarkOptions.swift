// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The command line of the benchmarks.
struct BenchmarkOptions {
    static let usage = """
        Measures how fast the parts are and the whole, on generated events.

        usage: Benchmarks [--events N] [--seed S] [--only NAME,…] [--kafka HOST:PORT] [--passes N] [--json]

          --events N         events of the workload (default 100000)
          --seed S           of the generator (default 1)
          --only NAME,…      \(Stage.allCases.map(\.rawValue).joined(separator: ", "))
          --kafka HOST:PORT  brokers for the stage kafka (default: what TABIJI_TEST_KAFKA says)
          --passes N         passes that are measured, after one that is not (default 5); the median is shown; 0: that one alone
          --json             JSON in place of the table
          --storms N         what N observations of one bad value do to identity, for each kind of storm; nothing else
          --storm NAME,…     \(IdentityStorm.allCases.map(\.rawValue).joined(separator: ", "))
          --identity-scale N what N customers with 33 observations each (--each) cost the identity engine; nothing else
          --each N           observations of each of these customers
        """

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

    init(_ arguments: [String]) throws(BenchmarkUsageError) {
        let named = ProcessInfo.processInfo.environment["TABIJI_TEST_KAFKA"] ?? ""
        kafka = named.isEmpty ? nil : named
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--json": isJSON = true
            case "--help": wantsHelp = true
            default:
                guard let value = rest.popFirst() else {
                    throw BenchmarkUsageError("\(name): unknown, or its value is missing")
                }
                try take(name, value)
            }
        }
    }

    private mutating func take(_ name: String, _ value: String) throws(BenchmarkUsageError) {
        switch name {
        case "--events": events = Int(try Self.number(name, value, least: 1_000))
        case "--seed": seed = try Self.number(name, value, least: 0)
        case "--passes": passes = Int(try Self.number(name, value, least: 0))
        case "--kafka": kafka = value
        case "--storms": storms = Int(try Self.number(name, value, least: 1_000))
        case "--storm":
            kinds = []
            for part in value.split(separator: ",") { kinds.append(try Self.storm(String(part))) }
        case "--identity-scale": scale = Int(try Self.number(name, value, least: 1_000))
        case "--each": each = Int(try Self.number(name, value, least: 3))
        case "--stage": passesOf = try Self.stage(value)
        case "--only":
            only = []
            for part in value.split(separator: ",") { only.append(try Self.stage(String(part))) }
        default: throw BenchmarkUsageError("\(name) is unknown; --help says what there is")
        }
    }

    /// What a process that runs one stage is given.
    func arguments(_ stage: Stage, passes: Int) -> [String] {
        var words = [
            "--stage", stage.rawValue, "--events", String(events), "--seed", String(seed), "--passes", String(passes),
        ]
        if let kafka { words += ["--kafka", kafka] }
        return words
    }

    private static func stage(_ name: String) throws(BenchmarkUsageError) -> Stage {
        guard let stage = Stage(rawValue: name) else { throw BenchmarkUsageError("no stage is called \(name)") }
        return stage
    }

    private static func storm(_ name: String) throws(BenchmarkUsageError) -> IdentityStorm {
        guard let storm = IdentityStorm(rawValue: name) else { throw BenchmarkUsageError("no storm is called \(name)") }
        return storm
    }

    private static func number(_ name: String, _ value: String, least: UInt64) throws(BenchmarkUsageError) -> UInt64 {
        guard let number = UInt64(value), number >= least, number <= 100_000_000 else {
            throw BenchmarkUsageError("\(name) takes a whole number from \(least) to 100000000, not '\(value)'")
        }
        return number
    }
}

/// What is wrong with the command line.
struct BenchmarkUsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
