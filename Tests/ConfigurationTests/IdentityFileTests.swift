// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Testing
import Touchpoints

@Suite struct `identity.yaml` {
    @Test func `orders namespaces by priority and references after them`() throws {
        let rules = try ScratchFolder(
            identity:
                "namespaces: {b: {priority: 9, device: true}, a: {priority: 2, kind: email, limit: 1}}\nreferences: [z, y]\n"
        ).load().identity
        #expect(rules.namespaces.map(\.name) == ["a", "b", "z", "y"])
        #expect(rules.namespaces.map(\.priority) == [2, 9, 10, 11])
        #expect(rules.namespaces.map(\.isReference) == [false, false, true, true])
        #expect(rules.namespaces[0].kind == .email && rules.namespaces[1].isDevice)
    }

    @Test func `is refused with every mistake in it`() throws {
        let folder = try ScratchFolder(
            identity: """
                namespaces:
                  user_id: {priority: 1, limit: 0}
                  email: {priority: 1, kind: mail}
                  Phone: {priority: 3}
                  fax: {limit: 1}
                references: [order_id, order_id, user_id]
                shared_device: split
                observation_bucket: 5
                blocked_patterns: ["(", "^test"]
                default_region: Japan
                consent: {default: yes}
                privacy: {identifiers: shown}
                """
        )
        #expect(
            folder.mistakes() == [
                "identity.yaml:2:23: namespaces.user_id.priority: expected a priority of its own, found 1, which is email's too",
                "identity.yaml:2:33: namespaces.user_id.limit: expected 1 to 10000, found 0",
                "identity.yaml:3:30: namespaces.email.kind: expected one of text, email, phone, found “mail”",
                "identity.yaml:4:10: namespaces.Phone: expected a name of small letters, digits and _ that does not begin with a digit, up to 64 characters, found “Phone”",
                "identity.yaml:5:8: namespaces.fax.priority: expected this key, which is required: 1 is strongest",
                "identity.yaml:6:13: references: expected each reference once, found “order_id” again",
                "identity.yaml:6:13: references: expected no namespace, found “user_id”, which is in namespaces too",
                "identity.yaml:7:16: shared_device: expected one of device_split, last_authenticated, reset_on_logout, anonymous, found “split”",
                "identity.yaml:8:21: observation_bucket: expected a duration such as 100ms, 5m or 7d, found “5”",
                "identity.yaml:9:19: blocked_patterns: expected regular expressions, found “(”",
                "identity.yaml:10:17: default_region: expected two capital letters, such as JP, found “Japan”",
                "identity.yaml:11:20: consent.default: expected true or false, found “yes”",
                "identity.yaml:12:24: privacy.identifiers: expected one of hashed, plain, found “shown”",
            ]
        )
    }

    @Test func `gives each namespace a priority of its own`() throws {
        let mistakes = try ScratchFolder(identity: "namespaces:\n  a: {priority: 1}\n  b: {priority: 1}\n").mistakes()
        #expect(
            mistakes == [
                "identity.yaml:3:17: namespaces.b.priority: expected a priority of its own, found 1, which is a's too"
            ]
        )
    }

    @Test func `has no two names that look alike in stored records`() throws {
        var seen: [NamespaceID: String] = [:]
        var pair: (String, String)?
        for number in 0..<1_000_000 where pair == nil {
            let name = "n\(number)"
            if let other = seen.updateValue(name, forKey: NamespaceID(name)) { pair = (other, name) }
        }
        let (one, other) = try #require(pair)
        let mistakes = try ScratchFolder(identity: "namespaces: {\(one): {priority: 1}, \(other): {priority: 2}}\n")
            .mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.contains("in stored records it looks like") == true)
    }

    @Test func `says what to do without a key`() throws {
        let mistakes = try ScratchFolder().mistakes(["TABIJI_IDENTIFIER_KEY": ""])
        #expect(mistakes.count == 1)
        #expect(
            mistakes.first?.hasPrefix(
                "identity.yaml:30:37: privacy.key: expected a secret in the environment variable TABIJI_IDENTIFIER_KEY"
            ) == true
        )
        #expect(mistakes.first?.contains("openssl rand") == true)
    }

    @Test func `reads the key from a file, without the end of its line`() throws {
        let folder = try ScratchFolder()
        try folder.write("key", "long secret\n")
        try folder.write("identity.yaml", "privacy: {key: \"file:\(folder.url.path)/key\"}")
        #expect(try folder.load().identifierKey == "long secret")
        try folder.write("key", "\n")
        #expect(folder.mistakes().count == 1)
    }
}

@Suite struct `vocabulary.yaml` {
    @Test func `has each type once and aliases of known types`() throws {
        let mistakes = try ScratchFolder(
            vocabulary: """
                types:
                  - {type: a, group: g, label: {en: A, ja: あ}}
                  - {type: a, group: g, by: nobody, label: {en: A, ja: あ}}
                  - {type: B, group: g, label: {en: B}}
                aliases: {a: a, c: xyz}
                property_aliases: [{from: x}]
                """
        ).mistakes()
        #expect(
            mistakes == [
                "vocabulary.yaml:3:12: types[1].type: expected each type once, found “a” again",
                "vocabulary.yaml:3:29: types[1].by: expected one of customer, company, found “nobody”",
                "vocabulary.yaml:4:12: types[2].type: expected a name of small letters, digits and _ that does not begin with a digit, up to 64 characters, found “B”",
                "vocabulary.yaml:4:32: types[2].label.ja: expected this key, which is required",
                "vocabulary.yaml:5:14: aliases.a: expected no type of this vocabulary, found “a”",
                "vocabulary.yaml:5:20: aliases.c: expected a type of this vocabulary, found “xyz”",
                "vocabulary.yaml:6:20: property_aliases[0].to: expected this key, which is required",
            ]
        )
    }

    @Test func `is one mistake when it is missing`() throws {
        let folder = try ScratchFolder()
        try FileManager.default.removeItem(at: folder.url.appendingPathComponent("vocabulary.yaml"))
        #expect(folder.mistakes() == ["vocabulary.yaml: expected this file, found none that can be read"])
    }
}

@Suite struct `Values in files` {
    @Test(arguments: [("100ms", 100), ("5m", 300_000), ("7d", 604_800_000), ("0s", 0), ("36h", 129_600_000)])
    func `are durations with a unit`(text: String, milliseconds: Int64) {
        #expect(DurationText(text)?.duration == .milliseconds(milliseconds))
    }

    @Test(arguments: ["5", "m", "", "-1s", "1.5s", "1 s", "5min", "99999999999999999999d", "9999999d", "１s"])
    func `are no durations otherwise`(text: String) {
        #expect(DurationText(text) == nil)
    }

    @Test func `are written back in the largest unit`() {
        #expect("\(DurationText(.seconds(90)))" == "90s" && "\(DurationText(.seconds(7200)))" == "2h")
        #expect("\(DurationText(.zero))" == "0s" && "\(ByteCount(0))" == "0B")
        #expect(
            "\(ByteCount(1 << 20))" == "1MiB" && "\(ByteCount(1536))" == "1536B"
                && "\(ByteCount.kibibytes(3))" == "3KiB"
        )
    }

    @Test(arguments: [("64KiB", 65_536), ("1MiB", 1 << 20), ("2GiB", 2 << 30), ("512B", 512), ("4096", 4096)])
    func `are sizes`(text: String, bytes: Int) {
        #expect(ByteCount(text)?.bytes == bytes)
    }

    @Test(arguments: ["", "KiB", "1MB", "1 MiB", "-1", "99999999999999GiB"])
    func `are no sizes otherwise`(text: String) {
        #expect(ByteCount(text) == nil)
    }
}
