// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation

do {
    let options = try BenchmarkOptions(Array(CommandLine.arguments.dropFirst()))
    if options.wantsHelp {
        print(BenchmarkOptions.usage)
    } else if options.wantsStorms {
        try StormReport.measure(options)
    } else if options.scale > 0 {
        try IdentityScale(customers: options.scale, observationsEach: options.each).run()
    } else if let stage = options.passesOf {
        print(try StageRun(stage, options).run().line)
    } else {
        try BenchmarkReport.measure(options)
    }
} catch {
    FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
    exit(error is UsageError ? 64 : 70)
}
