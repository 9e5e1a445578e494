// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Testing
import Touchpoints

/// The specification of the vocabulary as data; nil when it is not beside the repository.
private let modelVocabulary: String? = {
    let shared =
        ProcessInfo.processInfo.environment["TABIJI_SHARED"] ?? repository.appendingPathComponent("../shared").path
    return try? String(contentsOfFile: "\(shared)/model/vocabulary.py", encoding: .utf8)
}()

@Suite struct `The shipped configuration` {
    let shipped: TabijiConfiguration

    init() throws {
        shipped = try TabijiConfiguration.load(
            directory: repository.appendingPathComponent("config").path,
            environment: ["TABIJI_IDENTIFIER_KEY": "tabiji"]
        )
    }

    @Test func `says the defaults`() {
        #expect(shipped.service == ServiceSettings())
        #expect(shipped.identifierKey == "tabiji")
    }

    @Test func `has the identity rules that the engines ship`() {
        let (ours, theirs) = (shipped.identity, IdentityRules.shipped)
        #expect(ours.namespaces.map { "\($0)" } == theirs.namespaces.map { "\($0)" })
        #expect(ours.maxIdentifiers == theirs.maxIdentifiers && ours.sharedDevice == theirs.sharedDevice)
        #expect(ours.observationBucketMs == theirs.observationBucketMs && ours.defaultRegion == theirs.defaultRegion)
        #expect(ours.blocked == theirs.blocked && ours.blockedPatterns == theirs.blockedPatterns)
        #expect(ours.consentDefault == theirs.consentDefault && !ours.showsPlainIdentifiers)
    }

    @Test func `ranks signing up first and control last`() {
        let vocabulary = shipped.vocabulary
        #expect(vocabulary.entries.count == 91)
        #expect(vocabulary.entries[0].type == "signed_up")
        #expect(vocabulary.entries[90].type == "identity_unlinked")
        #expect(vocabulary.entry(of: "order_picked_up")?.byCompany == true)
        #expect(vocabulary.entry(of: "call_ended")?.channel == "phone")
        #expect(vocabulary.aliases["product_clicked"] == "product_viewed")
        #expect(vocabulary.propertyAliases.count == 4)
        #expect(vocabulary.entries.allSatisfy { !$0.title.en.isEmpty && !$0.title.ja.isEmpty })
        #expect(shipped.intake.keptProperties.isSuperset(of: ["order_id", "revenue", "score", "promised_at"]))
    }

    @Test(.enabled(if: modelVocabulary != nil, "needs the specification beside the repository"))
    func `has the types of the specification in their order`() throws {
        let model = try #require(modelVocabulary)
        let lines = model.matches(of: /(?m)^    "(\w+)": \("(\w+)", "(\w+)", "(\w+)"\),/)
        let specified = lines.map { "\($0.1) \($0.2) \($0.3) \($0.1 == "order_picked_up" ? "company" : $0.4)" }
        let ours = shipped.vocabulary.entries.map {
            "\($0.type) \($0.group) \($0.channel) \($0.byCompany ? "company" : "customer")"
        }
        #expect(!specified.isEmpty)
        #expect(ours == specified)
    }

    @Test func `is found from a folder inside the repository`() throws {
        let found = try ConfigurationDirectory.find(asked: nil, environment: [:])
        #expect(FileManager.default.fileExists(atPath: "\(found)/tabiji.yaml"))
        #expect(throws: ConfigurationProblems.self) {
            try ConfigurationDirectory.find(asked: "/nowhere/at/all", environment: [:])
        }
        let named = FileManager.default.temporaryDirectory.path
        #expect(try ConfigurationDirectory.find(asked: nil, environment: ["TABIJI_CONFIG": named]) == named)
    }
}
