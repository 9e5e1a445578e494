// SPDX-License-Identifier: Apache-2.0
internal import YAML

/// Resolves references to secrets and notes those that lead nowhere.
struct SecretReader {
    private let environment: [String: String]
    private var findings: [Finding] = []

    init(environment: [String: String]) { self.environment = environment }

    mutating func takeFindings() -> [Finding] {
        defer { findings = [] }
        return findings
    }

    /// The secret; nil when there is no reference, or it leads nowhere.
    mutating func read(_ reference: SecretReference?, at path: [String]) -> String? {
        do {
            return try reference?.resolve(environment)
        } catch {
            note(path, error.description)
            return nil
        }
    }

    /// librdkafka's properties with what they refer to.
    mutating func kafka(_ properties: [String: String]) -> [String: String] {
        var resolved = properties
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            let path = ["kafka", "properties", name]
            if let reference = SecretReference(value) {
                resolved[name] = read(reference, at: path)
            } else if KafkaSettings.secretProperties.contains(name) {
                note(path, "expected a reference to the secret, env:NAME or file:PATH, not the secret itself")
            }
        }
        return resolved
    }

    /// The key of the identifiers' hashes.
    mutating func identifierKey(_ reference: SecretReference) -> String? {
        do {
            return try reference.resolve(environment)
        } catch {
            let advice = """
                \(error.description). It keys the hashes of all identifiers: take a long random text \
                (openssl rand -hex 32), keep it safe, and never change it
                """
            note(["privacy", "key"], advice)
            return nil
        }
    }

    private mutating func note(_ path: [String], _ message: String) {
        findings.append(Finding(path: path.map { .key($0) }, message: message))
    }
}
