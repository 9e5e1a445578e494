// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Touchpoints

extension IdentityFile {
    /// What identity works with.
    var rules: IdentityRules {
        var spaces = namespaces.map { named in
            named.map { name, space in
                IdentityRules.Namespace(
                    name: name,
                    priority: space.priority ?? 0,
                    limit: space.limit,
                    isDevice: space.device,
                    maxCustomers: space.maxCustomers,
                    kind: IdentityRules.Kind(rawValue: space.kind.rawValue) ?? .text
                )
            }
        }
        spaces = spaces ?? IdentityRules.shipped.namespaces.filter { !$0.isReference }
        var all = (spaces ?? []).sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
        let weakest = all.last?.priority ?? 0
        all += references.enumerated().map { place, name in
            IdentityRules.Namespace(name: name, priority: weakest + 1 + place, isReference: true)
        }
        var rules = IdentityRules(namespaces: all)
        rules.maxIdentifiers = maxIdentifiers
        rules.maxCustomers = maxCustomers
        rules.maxTurns = maxTurns
        rules.sharedDevice = sharedDevice.rule
        rules.observationBucketMs = observationBucket.wholeMilliseconds
        rules.realms = realms.mapValues {
            IdentityRules.Realm(maxIdentifiers: $0.maxIdentifiers, sharedDevice: $0.sharedDevice?.rule)
        }
        rules.blocked = blocked
        rules.blockedPatterns = blockedPatterns
        rules.defaultRegion = defaultRegion
        rules.consentDefault = consent.isDefault
        rules.showsPlainIdentifiers = privacy.identifiers == .plain
        return rules
    }

    /// What each key may be by itself, but not beside the others.
    func findings() -> [Finding] {
        namespaceFindings() + referenceFindings() + hashFindings() + patternFindings()
    }

    private func namespaceFindings() -> [Finding] {
        var found: [Finding] = []
        var byPriority: [Int: String] = [:]
        if namespaces?.isEmpty == true {
            found.append(Finding("namespaces", message: "expected at least one namespace"))
        }
        for (name, space) in (namespaces ?? [:]).sorted(by: { $0.key < $1.key }) {
            if !EventName.isOne(name) { found.append(Finding("namespaces", name, message: EventName.refusal(name))) }
            guard let priority = space.priority else {
                found.append(
                    Finding(
                        "namespaces",
                        name,
                        "priority",
                        message: "expected this key, which is required: 1 is strongest"
                    )
                )
                continue
            }
            if let other = byPriority.updateValue(name, forKey: priority) {
                let message = "expected a priority of its own, found \(priority), which is \(other)'s too"
                found.append(Finding("namespaces", name, "priority", message: message))
            }
        }
        for realm in realms.keys.sorted() where !EventName.isOne(realm) {
            found.append(Finding("realms", realm, message: EventName.refusal(realm)))
        }
        return found
    }

    private func referenceFindings() -> [Finding] {
        var found: [Finding] = []
        var seen: Set<String> = []
        for name in references {
            if !EventName.isOne(name) { found.append(Finding("references", message: EventName.refusal(name))) }
            if !seen.insert(name).inserted {
                found.append(Finding("references", message: "expected each reference once, found “\(name)” again"))
            }
            if namespaces?[name] != nil {
                found.append(
                    Finding("references", message: "expected no namespace, found “\(name)”, which is in namespaces too")
                )
            }
        }
        return found
    }

    /// Packed records name a namespace by 32 bits of a hash: two names must not share them.
    private func hashFindings() -> [Finding] {
        var names: [NamespaceID: String] = [:]
        var found: [Finding] = []
        for name in Set(rules.namespaces.map(\.name)).sorted() {
            if let other = names.updateValue(name, forKey: NamespaceID(name)) {
                let key = references.contains(name) ? "references" : "namespaces"
                found.append(
                    Finding(
                        key,
                        message: "expected another name than “\(name)”: in stored records it looks like “\(other)”"
                    )
                )
            }
        }
        return found
    }

    private func patternFindings() -> [Finding] {
        blockedPatterns.compactMap { pattern in
            (try? Regex(pattern)) == nil || (try? NSRegularExpression(pattern: pattern)) == nil
                ? Finding("blocked_patterns", message: "expected regular expressions, found “\(pattern)”") : nil
        }
    }
}

extension IdentityFile.SharedDevice {
    fileprivate var rule: IdentityRules.SharedDevice { IdentityRules.SharedDevice(rawValue: rawValue) ?? .deviceSplit }
}

/// Names of types, channels, realms, namespaces and properties.
enum EventName {
    /// Letters, marks, digits and `_`; no digit first, no capital; up to 64 characters.
    static func isOne(_ name: String) -> Bool {
        guard let first = name.first, !first.isNumber, name.count <= 64 else { return false }
        return name.unicodeScalars.allSatisfy { scalar in
            let properties = scalar.properties
            if scalar == "_" { return true }
            switch properties.generalCategory {
            case .lowercaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .nonspacingMark, .spacingMark,
                .enclosingMark:
                return true
            default: return false
            }
        }
    }

    static func refusal(_ name: String) -> String {
        "expected a name of small letters, digits and _ that does not begin with a digit, up to 64 characters, found “\(name)”"
    }
}
