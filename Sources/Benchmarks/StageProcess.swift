// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Runs one stage in a process of its own.
struct StageProcess {
    let options: BenchmarkOptions

    /// The measured passes.
    func measure(_ stage: Stage) throws -> StageResult {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = options.arguments(stage, passes: options.passes)
        let out = Pipe()
        process.standardOutput = out
        try process.run()
        let text = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkFailure("\(stage.rawValue) failed with \(process.terminationStatus)")
        }
        return try JSONDecoder().decode(StageResult.self, from: text)
    }
}
