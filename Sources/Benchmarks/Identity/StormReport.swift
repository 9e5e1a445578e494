// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Touchpoints

/// Measures storms, under the shipped rules, and shows what came of it.
enum StormReport {
    static func measure(_ options: BenchmarkOptions) throws {
        show(
            """
            \(options.storms) observations of each storm among nine times as many of 20,000 customers; µs of CPU each
            \(row("storm", ["observations", "the others", "first fifth", "last fifth", "row bytes", "spans", "memory"]))
            """
        )
        for storm in options.kinds {
            let (figures, done) = StormRun(storm: storm, count: options.storms).run()
            let cells = [
                "\(done)", fixed(figures.ordinary), fixed(figures.first), fixed(figures.last), fixed(figures.rowBytes),
                fixed(figures.spans), "\(figures.memoryBytes >> 20) MiB",
            ]
            show(row(storm.rawValue, cells))
        }
    }

    private static func show(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

    private static func fixed(_ value: Double) -> String { String(format: "%.1f", value) }

    private static func row(_ name: String, _ cells: [String]) -> String {
        let padded = cells.map { String(repeating: " ", count: max(1, 14 - $0.count)) + $0 }
        return name + String(repeating: " ", count: max(0, 12 - name.count)) + padded.joined()
    }
}
