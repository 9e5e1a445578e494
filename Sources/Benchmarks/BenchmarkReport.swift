// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Measures the stages and shows what came of it.
enum BenchmarkReport {
    static func measure(_ options: BenchmarkOptions) throws {
        let process = StageProcess(options: options)
        var results: [StageResult] = []
        var leftOut: [Stage] = []
        if !options.isJSON { show(head(options)) }
        for stage in options.only {
            if stage == .kafka, options.kafka == nil {
                leftOut.append(stage)
                if !options.isJSON {
                    show(row("kafka", ["left out: name brokers with --kafka HOST:PORT or TABIJI_TEST_KAFKA"]))
                }
                continue
            }
            let result = try process.measure(stage)
            results.append(result)
            if !options.isJSON { show(row(result)) }
            if !options.isJSON, let note = result.note { show("  \(note)") }
        }
        if options.isJSON { show(try json(options, results, leftOut)) }
    }

    /// At once, also where the output is a file or a pipe.
    private static func show(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }

    private static func head(_ options: BenchmarkOptions) -> String {
        let columns = ["units", "µs CPU each", "per CPU-second", "per second", "allocations each", "peak memory"]
        return """
            \(options.events) events, seed \(options.seed); median of \(options.passes) passes after one that does not count; \
            \(ProcessInfo.processInfo.activeProcessorCount) cores
            \(row("stage", columns))
            """
    }

    private static func row(_ result: StageResult) -> String {
        row(
            result.stage.rawValue,
            [
                "\(result.units) \(result.stage.unit)",
                fixed(result.microseconds, 2),
                fixed(result.unitsPerCPUSecond, 0),
                fixed(result.unitsPerSecond, 0),
                fixed(result.allocations, 1),
                "\(result.peakMemoryBytes >> 20) MiB",
            ]
        )
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        let rest = cells.count == 1 ? "  " + cells[0] : cells.map { left(20, $0) }.joined()
        return name + String(repeating: " ", count: max(0, Stage.longestName + 1 - name.count)) + rest
    }

    private static func left(_ width: Int, _ text: String) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    private struct Document: Encodable {
        struct Row: Encodable {
            var stage: String
            var unit: String
            var units: Int
            var unitsPerCPUSecond: Double
            var unitsPerSecond: Double
            var allocationsPerUnit: Double
            var peakMemoryBytes: Int
            var samples: [Sample]
            var note: String?
        }

        var events: Int
        var seed: UInt64
        var cores: Int
        var stages: [Row]
        var leftOut: [String]
    }

    private static func json(_ options: BenchmarkOptions, _ results: [StageResult], _ leftOut: [Stage]) throws -> String
    {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let rows = results.map { result in
            Document.Row(
                stage: result.stage.rawValue,
                unit: result.stage.unit,
                units: result.units,
                unitsPerCPUSecond: result.unitsPerCPUSecond,
                unitsPerSecond: result.unitsPerSecond,
                allocationsPerUnit: result.allocations,
                peakMemoryBytes: result.peakMemoryBytes,
                samples: result.samples,
                note: result.note
            )
        }
        let document = Document(
            events: options.events,
            seed: options.seed,
            cores: ProcessInfo.processInfo.activeProcessorCount,
            stages: rows,
            leftOut: leftOut.map(\.rawValue)
        )
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }
}
