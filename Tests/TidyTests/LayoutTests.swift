// SPDX-License-Identifier: Apache-2.0
import Testing

/// Which targets of ours a target may import.
///
/// Dependencies point one way.
private let allowed: [String: Set<String>] = [
    "KafkaBridge": ["CRdKafka"], "StateStore": ["CRocksDB"], "YAML": ["CYAML"], "HTTPServer": ["CMicroHTTPD"],
    "Digests": ["CCrypto"], "Gzip": ["CZlib"], "JSONTape": ["CSimdJSON"], "PhoneNumbers": ["CPhoneNumber"],
    "JapaneseWords": ["CMeCab"], "Sentiment": ["JapaneseWords"],
    "Touchpoints": ["Digests", "JSONTape", "PhoneNumbers"],
    "Identity": ["Touchpoints", "Digests"],
    "Journeys": ["Touchpoints", "Digests"],
    "Configuration": ["YAML", "Digests", "Touchpoints", "Identity", "Journeys", "Sentiment"],
    "Telemetry": [],
    "Generator": ["Touchpoints"],
    "Pipeline": [
        "Digests", "Touchpoints", "Identity", "Journeys", "KafkaBridge", "StateStore", "Gzip", "Configuration",
        "Telemetry", "Sentiment", "JapaneseWords",
        "JSONTape",
    ],
    "tabiji": [
        "Pipeline", "Configuration", "Telemetry", "Generator", "HTTPServer", "Touchpoints", "Digests", "Identity",
        "Journeys", "Sentiment", "JapaneseWords",
    ],
    "Simulator": ["Pipeline", "Configuration", "StateStore", "Touchpoints", "Digests", "Journeys", "TestSupport"],
    "Benchmarks": [
        "CAllocationCounter", "Sentiment", "JapaneseWords", "StateStore",
        "Pipeline", "Configuration", "Generator", "Touchpoints", "Digests", "Identity", "Journeys", "Telemetry",
    ],
]

/// Modules that come with the toolchain.
private let toolchain: Set<String> = [
    "Foundation", "FoundationEssentials", "FoundationNetworking", "Dispatch", "Synchronization", "Glibc", "Testing",
    "RegexBuilder", "Swift", "_StringProcessing",
]

private func imports(_ file: SourceFile) -> [String] {
    file.code.filter { $0.contains("import ") }.compactMap { line in
        line.firstMatch(
            of: /^\s*(?:@\w+\s+)*(?:\w+\s+)?import\s+(?:(?:struct|class|enum|func|protocol|var|let)\s+)?(\w+)/
        )
        .map { String($0.1) }
    }
}

private func strangeImports(_ file: SourceFile) -> [String] {
    guard let target = file.target, let mine = allowed[target] else {
        return ["\(file.path): a target that no rule knows"]
    }
    return imports(file).filter { !mine.contains($0) && !toolchain.contains($0) }.map { "\(file.path): imports \($0)" }
}

private func badNames(_ path: String) -> [String] {
    let names = path.split(separator: "/")
    let vague =
        /(^|[a-z+])(Util|Utils|Utility|Utilities|Helper|Helpers|Common|Manager|Managers|Misc|Deprecated)([A-Z+.]|$)/
    return names.contains { $0.contains(vague) || $0 == "New" } ? [path] : []
}

@Suite struct `Layout` {
    @Test func `dependencies point one way, and one target imports each C library`() {
        #expect(strangeImports(offender("internal import Pipeline\nimport CRdKafka\npublic import Digests")).count == 2)
        #expect(Repository.sources.flatMap(strangeImports).isEmpty)
        var importers: [String: Set<String>] = [:]
        for file in Repository.sources {
            for module in imports(file) { importers[module, default: []].insert(file.target ?? "") }
        }
        for (library, targets) in importers where library.contains(/^C[A-Z]/) {
            #expect(targets.count == 1, "\(library) is imported by \(targets.sorted().joined(separator: ", "))")
        }
    }

    @Test func `files and folders are named for what is in them`() {
        #expect(badNames("Sources/Journeys/StringHelpers.swift").count == 1)
        #expect(badNames("Sources/Utilities/A.swift").count == 1)
        #expect(badNames("Sources/Journeys/Commonplace.swift").isEmpty)
        #expect(Repository.files.map(\.path).flatMap(badNames).isEmpty)
    }

    @Test func `each file begins with its licence`() {
        let kinds = ["swift", "h", "cpp", "yaml", "sh"]
        let bare = Repository.files.filter { file in
            kinds.contains { file.path.hasSuffix(".\($0)") } && file.name != "Package.swift"
        }
        .filter { !$0.lines.prefix(2).contains { $0.hasSuffix("SPDX-License-Identifier: Apache-2.0") } }
        #expect(bare.map(\.path).isEmpty)
    }

    @Test func `tests are named in plain words`() {
        let prefixed = Repository.tests.flatMap { $0.offences(/\bfunc test[A-Z]/, hints: ["func test"]) }
        #expect(prefixed.isEmpty)
    }

    @Test func `no line ends in blanks and none has tabs`() {
        let untidy = Repository.swift.filter { $0.text.contains(" \n") || $0.text.contains("\t") }.map(\.path)
        #expect(untidy.isEmpty)
    }

    @Test func `scripts stop at the first failure`() {
        let scripts = Repository.files.filter { $0.text.hasPrefix("#!") }
        #expect(scripts.count >= 2)
        #expect(scripts.filter { !$0.text.contains("set -euo pipefail") }.map(\.path).isEmpty)
    }
}
