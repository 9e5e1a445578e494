// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Runs one stage in a process of its own.
struct StageProcess {
    let options: BenchmarkOptions

    /// The measured passes, and the allocations, which are counted in two more processes.
    func measure(_ stage: Stage) throws -> StageResult {
        var result = try run(stage, passes: options.passes).result
        result.allocations = try allocations(stage, units: result.units)
        return result
    }

    /// Calls of malloc, realloc and calloc for one unit: what a pass more costs. Those of the C and C++ libraries count too.
    ///
    /// glibc's own counter (`libmemusage.so`, part of its package) is loaded into the process.
    private func allocations(_ stage: Stage, units: Int) throws -> Double? {
        let (few, many) = (0, 2)
        guard let low = try run(stage, passes: few, counting: true).calls else { return nil }
        guard let high = try run(stage, passes: many, counting: true).calls else { return nil }
        return Double(high - low) / Double((many - few) * units)
    }

    private func run(_ stage: Stage, passes: Int, counting: Bool = false) throws -> (result: StageResult, calls: Int?) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = options.arguments(stage, passes: passes)
        let (out, errors) = (Pipe(), Pipe())
        process.standardOutput = out
        if counting {
            process.standardError = errors
            process.environment = ProcessInfo.processInfo.environment.merging(["LD_PRELOAD": "libmemusage.so"]) {
                _,
                ours in ours
            }
        }
        try process.run()
        let text = out.fileHandleForReading.readDataToEndOfFile()
        let told = counting ? String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) : ""
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkFailure("\(stage.rawValue) failed with \(process.terminationStatus)\n\(told)")
        }
        return (try JSONDecoder().decode(StageResult.self, from: text), counting ? Self.calls(told) : nil)
    }

    /// Reads the counter's table: `malloc| 12345 …`, with colours. nil: there is none.
    static func calls(_ text: String) -> Int? {
        var found: [Int] = []
        for line in text.split(separator: "\n") {
            guard let bar = line.firstIndex(of: "|") else { continue }
            guard ["malloc", "realloc", "calloc"].contains(where: { line[..<bar].contains($0) }) else { continue }
            let words = line[line.index(after: bar)...].split { !$0.isNumber }
            // The colour's own digits end with an m.
            if let count = words.first(where: { !line[$0.endIndex...].hasPrefix("m") }).flatMap({ Int($0) }) {
                found.append(count)
            }
        }
        return found.count == 3 ? found.reduce(0, +) : nil
    }
}
