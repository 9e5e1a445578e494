// SPDX-License-Identifier: Apache-2.0
import Testing

/// The only targets that may touch memory by hand.
private let bridges: Set<String> = [
    "KafkaBridge", "StateStore", "YAML", "HTTPServer", "Digests", "Gzip", "JSONTape", "PhoneNumbers", "KafkaMock",
    "JapaneseWords",
]

private func handmadeMemory(_ file: SourceFile) -> [String] {
    if bridges.contains(file.target ?? "") { return [] }
    let pattern = /\b(OpaquePointer|Unsafe\w+|unsafeBitCast|Unmanaged)\b/
    return file.offences(pattern, hints: ["OpaquePointer", "Unsafe", "unsafeBitCast", "Unmanaged"])
}

private func traps(_ file: SourceFile) -> [String] {
    let pattern = /\bfatalError\(|\btry!|\bas!|\bpreconditionFailure\(\s*\)/
    return file.offences(pattern, hints: ["fatalError(", "try!", "as!", "preconditionFailure("])
}

private func uncheckedWithoutReason(_ file: SourceFile) -> [String] {
    guard file.text.contains("@unchecked") else { return [] }
    let (code, lines) = (file.code, file.lines)
    return code.indices.filter { code[$0].contains("@unchecked Sendable") }
        .filter { $0 == 0 || lines[$0 - 1].firstMatch(of: /^\s*\/\//) == nil }
        .map { "\(file.path):\($0 + 1): \(lines[$0])" }
}

private func sleeps(_ file: SourceFile) -> [String] {
    file.offences(/\b(Task|Thread|clock)\.sleep\b|\b(u|nano)?sleep\(/, hints: ["sleep"])
}

private func prints(_ file: SourceFile) -> [String] {
    file.offences(/(^|[^.\w])(debugPrint|print|dump)\(/, hints: ["rint(", "dump("])
}

private func reminders(_ file: SourceFile) -> [String] {
    file.mentions(/\b(TO[D]O|FI[X]ME|XX[X])\b/, hints: ["TO" + "DO", "FIX" + "ME", "XX" + "X"])
}

private func impurities(_ file: SourceFile) -> [String] {
    let names = [
        "Date()", "Date.now", "ContinuousClock", "SuspendingClock", "DispatchQueue", "DispatchTime", "FileManager",
        "FileHandle", "ProcessInfo", "Mutex", "NSLock", "Thread", "URLSession", "SystemRandomNumberGenerator",
        ".random(",
        ".randomElement(", ".shuffled()",
    ]
    return file.offences(
        /(^|\W)(Date|\w+Clock|Dispatch\w+|File\w+|ProcessInfo|Mutex|NSLock|Thread|URLSession|\w+Generator|random\w*|shuffled)\b/,
        hints: names
    )
}

@Suite struct `Safety` {
    @Test func `only bridges touch memory by hand`() {
        #expect(handmadeMemory(offender("let p: UnsafePointer<Int>? = nil")).count == 1)
        #expect(handmadeMemory(offender("// UnsafePointer\nlet p = \"OpaquePointer\"")).isEmpty)
        #expect(Repository.swift.filter { $0.target != "TidyTests" }.flatMap(handmadeMemory).isEmpty)
    }

    @Test func `nothing that input can reach ends the process`() {
        #expect(traps(offender("fatalError()\ntry! x()\nlet a = b as! C")).count == 3)
        #expect(Repository.sources.flatMap(traps).isEmpty)
    }

    @Test func `what is sendable unchecked says why on the line above`() {
        #expect(uncheckedWithoutReason(offender("final class A: @unchecked Sendable {}")).count == 1)
        #expect(uncheckedWithoutReason(offender("// A lock guards it.\nfinal class A: @unchecked Sendable {}")).isEmpty)
        #expect(Repository.swift.flatMap(uncheckedWithoutReason).isEmpty)
    }

    @Test func `unit tests do not sleep`() {
        #expect(sleeps(offender("try await Task.sleep(for: .seconds(1))\nusleep(3)")).count == 2)
        let units = Repository.tests.filter { $0.target != "IntegrationTests" }
        #expect(units.flatMap(sleeps).isEmpty)
    }

    @Test func `only the command line prints`() {
        #expect(prints(offender("print(1)\nbench.print(2)")).count == 1)
        let silent = Repository.sources.filter { !["tabiji", "Benchmarks"].contains($0.target) }
        #expect(silent.flatMap(prints).isEmpty)
    }

    @Test func `nothing is left for later`() {
        #expect(reminders(offender("// TO" + "DO: more")).count == 1)
        #expect(Repository.files.flatMap(reminders).isEmpty)
    }

    @Test func `the engines read no clock, draw no lots and do no input or output`() {
        #expect(impurities(offender("let now = Date()\nlet n = Int.random(in: 0...1)\nlet m = Mutex(0)")).count == 3)
        let engines = Repository.sources.filter { ["Touchpoints", "Identity", "Journeys"].contains($0.target) }
        #expect(!engines.isEmpty)
        #expect(engines.flatMap(impurities).isEmpty)
    }
}
