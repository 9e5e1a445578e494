// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `tabiji identity`: a family with one tablet, asked about, told apart and forgotten.
@Suite(.enabled(if: TabijiExecutable.isThere, TabijiExecutable.missing)) struct IdentityCommandTests {
    private let folder: URL
    private let family: URL
    private static let aiko = "02615f0a5544867969d9a2ddfb97be6b"  // user_id u1
    private static let ken = "f12bb0998138bf9e4c8c6b724767bea6"  // user_id u2

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tabiji-family-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        family = folder.appendingPathComponent("family.ndjson")
        let lines = [
            #"{"id":"a1","type":"signed_in","time":"2026-03-01T09:00:00Z","identifiers":{"user_id":"u1","anonymous_id":"tablet"}}"#,
            #"{"id":"a2","type":"product_viewed","time":"2026-03-01T09:10:00Z","identifiers":{"anonymous_id":"tablet"}}"#,
            #"{"id":"a3","type":"order_completed","time":"2026-03-01T09:20:00Z","identifiers":{"user_id":"u1"},"properties":{"order_id":"o1"}}"#,
            #"{"id":"k1","type":"signed_in","time":"2026-03-02T09:00:00Z","identifiers":{"user_id":"u2","anonymous_id":"tablet"}}"#,
            #"{"id":"k2","type":"identified","time":"2026-03-02T09:05:00Z","identifiers":{"user_id":"u2","email":"Ken@Example.com"}}"#,
            #"{"id":"k3","type":"product_viewed","time":"2026-03-02T09:10:00Z","identifiers":{"anonymous_id":"tablet"}}"#,
            #"{"id":"k4","type":"order_completed","time":"2026-03-02T09:20:00Z","identifiers":{"email":"ken@example.com"},"properties":{"order_id":"o2"}}"#,
            #"{"id":"k5","type":"order_shipped","time":"2026-03-03T09:00:00Z","properties":{"order_id":"o2"}}"#,
        ]
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: family)
    }

    private func remove() { try? FileManager.default.removeItem(at: folder) }

    private func explain(_ words: String...) throws -> CommandRun {
        try CommandRun(["identity", "explain"] + words + ["--from", family.path])
    }

    /// Ids of events by customer, out of a replay's timeline.
    private func timeline(_ to: String, _ more: [String]) throws -> [String: [String]] {
        let out = folder.appendingPathComponent(to).path
        let run = try CommandRun(["replay", "--from", family.path, "--to", out] + more)
        #expect(run.status == 0, "\(run.errors)")
        var found: [String: [String]] = [:]
        let lines = try Data(contentsOf: folder.appendingPathComponent("\(to)/timeline.ndjson")).split(separator: 10)
        for line in lines {
            let record = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            let event = try #require((record["data"] as? [String: Any])?["event"] as? String)
            found[record["subject"] as? String ?? "nobody", default: []].append(event)
        }
        return found.mapValues { $0.sorted() }
    }

    @Test func `explain tells why, in two languages and as an object`() throws {
        defer { remove() }
        let english = try explain("email: KEN@example.com ")
        #expect(english.status == 0)
        #expect(english.output.hasPrefix("email ken@example.com is customer \(Self.ken)'s\n"))
        #expect(english.output.contains("linked    user_id u2 = email ken@example.com   (seen together; event k2)"))
        #expect(
            english.output.contains("refused   user_id u1 ≠ anonymous_id tablet   (a customer has at most 1 of user_id")
        )
        #expect(english.output.contains("shared; this customer's: 2026-03-02 09:00Z – …"))
        let japanese = try explain("anonymous_id:tablet", "--lang", "ja")
        #expect(japanese.output.contains("顧客 \(Self.ken) のものです"))
        #expect(japanese.output.contains("連結  user_id u2 = email ken@example.com"))
        let story = try explain(Self.aiko, "--json").object()
        #expect(story["customer"] as? String == Self.aiko)
        let held = (story["identifiers"] as? [[String: Any]] ?? []).compactMap { holding in
            (holding["identifier"] as? [String: Any])?["value"] as? String
        }
        #expect(held == ["u1", "tablet", "o1"])
        let steps = (story["story"] as? [[String: Any]] ?? []).compactMap { $0["time"] as? String }
        #expect(!steps.isEmpty && steps == steps.sorted())
        let nobody = try explain("user_id:u9")
        #expect(nobody.status == 1 && nobody.output.isEmpty)
        let id = String(repeating: "5", count: 32)
        let stranger = try CommandRun(["identity", "forget", id, "--from", family.path, "--yes"])
        #expect(stranger.status == 1 && stranger.errors.contains("name it as NAMESPACE:\(id)"))
    }

    @Test func `who was never linked is explained and forgotten with all that it holds`() throws {
        defer { remove() }
        let alone = folder.appendingPathComponent("alone.ndjson")
        let lines = [
            #"{"id":"s1","type":"page_viewed","time":"2026-03-01T09:00:00Z","identifiers":{"user_id":"u1"}}"#,
            #"{"id":"s2","type":"order_completed","time":"2026-03-01T09:10:00Z","identifiers":{"user_id":"u1"},"properties":{"order_id":"o1"}}"#,
            #"{"id":"s3","type":"order_shipped","time":"2026-03-02T09:00:00Z","properties":{"order_id":"o1","parcel_id":"p1"}}"#,
        ]
        try Data(lines.joined(separator: "\n").utf8).write(to: alone)
        for asked in ["parcel_id:p1", "user_id:u1", Self.aiko] {
            let told = try CommandRun(["identity", "explain", asked, "--from", alone.path])
            #expect(told.output.contains("is customer \(Self.aiko)'s"))
            for held in ["user_id   u1", "order_id  o1", "parcel_id p1"] {
                #expect(told.output.contains(held), "\(asked)")
            }
        }
        let forget = try CommandRun(["identity", "forget", Self.aiko, "--from", alone.path, "--dry-run"])
        let named = try forget.object()["identifiers"] as? [String: [String]]
        #expect(named == ["user_id": ["u1"], "order_id": ["o1"], "parcel_id": ["p1"]])
    }

    @Test func `the story of a reference is that of the customer it leads to, with the links of former times`() throws {
        defer { remove() }
        for asked in ["order_id:o2", "email:ken@example.com"] {
            let told = try explain(asked).output
            for line in [
                "user_id      u2\n", "linked    user_id u1 = anonymous_id tablet   (seen together; event a1)",
                "linked    user_id u2 = email ken@example.com",
            ] { #expect(told.contains(line), "\(asked): \(told)") }
        }
    }

    @Test func `what is mistyped is said, with the nearest that is known`() throws {
        defer { remove() }
        for (words, hint) in [
            (["identity", "explian", "x"], "did you mean 'explain'?"),
            (["identity", "explain", "x", "--jsn"], "did you mean --json?"),
            (["identity", "explain", "e-mail:a@example.com"], "no namespace is called 'e-mail'"),
            (["identity", "explain", "user_id:null"], "blocked_identifier"),
            (["identity", "explain", "nonsense"], "neither NAMESPACE:VALUE"),
            (["identity", "unlink", "user_id:u1"], "two identifiers"),
            (["identity", "unlink", "user_id:u1", "user_id: u1"], "one identifier"),
            (["identity", "forget"], "whom?"),
            (["identity", "forget", "user_id:u1", "--to", "file"], "--yes"),
            (["replay", "--from", "-", "--to", "out", "--resume"], "standard input"),
            (["replay", "--from", "", "--to", "none"], "--from is missing"),
            (["replay", "--from", "a", "--to", ""], "--to is missing"),
            (["replay", "--from", "a", "--to", "kafka:"], "shadow topics need a prefix"),
            (["replay", "--from", "a", "--to", "none", "--resume"], "no folder"),
            (["replay", "--from", "a", "--to", "out", "--resume", "--history"], "--history"),
        ] {
            let run = try CommandRun(words)
            #expect(run.status == 64, "\(words): \(run.status)")
            #expect(run.errors.contains(hint), "\(words): \(run.errors)")
            #expect(run.output.isEmpty)
        }
        let file = try CommandRun(["replay", "--from", family.path, "--to", family.path])
        #expect(file.status == 74 && file.errors.contains("cannot make the folder \(family.path)"), "\(file.errors)")
        for words in [
            ["identity"], ["identity", "explain"], ["identity", "forget"], ["identity", "unlink"],
            ["identity", "simulate"],
        ] {
            let run = try CommandRun(words + ["--help"])
            #expect(run.status == 0 && run.output.contains("usage: tabiji identity"))
        }
    }

    @Test func `forgetting one of a family leaves the other whole`() throws {
        defer { remove() }
        let whole = try timeline("whole", [])
        #expect(whole == [Self.aiko: ["a1", "a2", "a3"], Self.ken: ["k1", "k2", "k3", "k4", "k5"]])
        let control = folder.appendingPathComponent("control.ndjson").path
        let forget = ["identity", "forget", Self.ken, "--from", family.path]
        let dry = try CommandRun(forget + ["--dry-run"])
        #expect(dry.status == 0 && dry.errors.contains("shared: only 2026-03-02T09:00:00.000Z – "))
        #expect(try dry.object()["type"] as? String == "customer_forgotten")
        #expect(!FileManager.default.fileExists(atPath: control))
        let done = try CommandRun(forget + ["--yes", "--to", control])
        #expect(done.status == 0)
        let left = try timeline("left", ["--forgotten", control])
        #expect(left == [Self.aiko: ["a1", "a2", "a3"]])
        // Named alone, an identifier takes what names it, and no more.
        let email = try CommandRun(["identity", "forget", "email:ken@example.com", "--yes", "--to", control])
        #expect(email.status == 0)
        let lines = try String(contentsOfFile: control, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        try Data((lines[1] + "\n").utf8).write(to: URL(fileURLWithPath: control))
        let named = try timeline("named", ["--forgotten", control])
        #expect(named == [Self.aiko: ["a1", "a2", "a3"], Self.ken: ["k1", "k3"], Self.ownOrder: ["k5"]])
    }

    /// The order that nobody claims any more is its own.
    private static let ownOrder = "cff35f170f866646ed392d513f9990fb"

    @Test func `simulate prints counts, names the biggest changes, and touches nothing`() throws {
        defer { remove() }
        let rules = folder.appendingPathComponent("rules.yaml")
        let shipped = TabijiExecutable.package.appendingPathComponent("config/identity.yaml")
        let text = try String(contentsOf: shipped, encoding: .utf8)
        try Data((text + "\n").replacing("shared_device: device_split", with: "shared_device: last_authenticated").utf8)
            .write(to: rules)
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let simulate = ["identity", "simulate", "--rules", rules.path, "--from", family.path]
        let run = try CommandRun(simulate)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasPrefix("events      8\ncustomers   2\n"))
        #expect(run.output.contains("moved       1 events would go from 1 customers to others"))
        #expect(run.output.contains("moved   user_id u1 (3) → user_id u2"))
        let json = try CommandRun(simulate + ["--json"]).object()
        #expect((json["moved"] as? [String: Any])?["events"] as? Int == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
        try Data("namespaces: {user_id: {priorty: 1}}\n".utf8).write(to: rules)
        let wrong = try CommandRun(simulate)
        #expect(wrong.status == 78 && wrong.errors.contains("priority"))
        #expect(try CommandRun(["identity", "simulate", "--from", family.path]).status == 64)
    }

    @Test func `unlinking keeps two apart that were one`() throws {
        defer { remove() }
        let control = folder.appendingPathComponent("control.ndjson").path
        let run = try CommandRun(
            ["identity", "unlink", "user_id:u2", "email:ken@example.com", "--yes", "--to", control]
        )
        #expect(run.status == 0)
        let story = try CommandRun([
            "identity", "explain", "email:ken@example.com", "--from", family.path, "--from",
            "\(control)@touchpoints.control",
        ])
        #expect(story.output.contains("refused   user_id u2 ≠ email ken@example.com"))
        #expect(!story.output.contains("is customer \(Self.ken)'s"))
    }

    @Test func `a daemon explains, takes control records from whoever has the token, and refuses others`() throws {
        defer { remove() }
        let settings = [
            "TABIJI_IDENTIFIER_KEY": "tabiji", "CONTROL": "control-token", "READ": "read-token",
            "TABIJI_HTTP_TOKENS_CONTROL": "env:CONTROL", "TABIJI_HTTP_TOKENS_READ": "env:READ",
        ]
        let daemon = Daemon("family", folder: folder, settings: settings)
        try daemon.start()
        defer { daemon.kill() }
        let url = try daemon.url(within: .seconds(120))
        for (path, status) in [("/v1/status", 401), ("/v1/identity/explain", 401), ("/metrics", 200)] {
            #expect(try daemon.statusCode(of: path, at: url) == status, "\(path)")
        }
        let end = Date(timeIntervalSinceNow: 120)
        // It answers before its partitions are restored.
        var ready = try daemon.statusCode(of: "/readyz", at: url)
        while ready == 503, Date() < end { ready = try daemon.statusCode(of: "/readyz", at: url) }
        #expect(ready == 200)
        #expect(try daemon.post(family, to: url, encoding: "gzip") == 415)
        #expect(try daemon.post(family, to: url) == 202)
        func identity(_ words: String..., more: [String: String] = [:]) throws -> CommandRun {
            try CommandRun(["identity"] + words + ["--url", url], settings: settings.merging(more) { $1 })
        }
        var told = try identity("explain", "email:ken@example.com")
        while told.status != 0, Date() < end { told = try identity("explain", "email:ken@example.com") }
        #expect(told.output.contains("is customer \(Self.ken)'s"))
        #expect(told.output.contains("refused   user_id \(Self.aiko) ≠ anonymous_id"))
        #expect(try identity("explain", "email:ken@example.com", more: ["READ": "guessed"]).status == 78)
        #expect(try identity("explain", "user_id:u9").status == 1)

        let unknown = try identity("forget", Self.ken, "--yes", more: ["CONTROL": "guessed"])
        #expect(unknown.status == 78)
        let none = try identity("unlink", "user_id:u1", "user_id:u2", "--yes", more: ["TABIJI_HTTP_TOKENS_CONTROL": ""])
        #expect(none.status == 78 && none.errors.contains("http.tokens.control"))
        // Not from here: counted, for an alert.
        let intruder = folder.appendingPathComponent("intruder.ndjson")
        try Data(
            #"{"id":"i","type":"customer_forgotten","time":"2026-03-04T09:00:00Z","identifiers":{"user_id":"u1"}}"#.utf8
        ).write(to: intruder)
        #expect(try daemon.post(intruder, to: url) == 202)
        while daemon.status()?.refused_control.isEmpty ?? true, Date() < end { Thread.sleep(forTimeInterval: 0.1) }
        #expect(daemon.status()?.refused_control == ["customer_forgotten": 1])
        let metrics = try daemon.body(of: "/metrics", at: url)
        #expect(metrics.contains(#"tabiji_control_refused_total{type="customer_forgotten"} 1"#))
        #expect(metrics.contains(#"tabiji_control_refused_total{type="identity_unlinked"} 0"#))
        #expect(try identity("forget", Self.ken, "--yes").status == 0)
        var events = daemon.status()?.events
        while events != 3, Date() < end {
            Thread.sleep(forTimeInterval: 0.2)
            events = daemon.status()?.events
        }
        #expect(events == 3)
        // What comes again is dropped, too.
        #expect(try daemon.post(family, to: url) == 202)
        while daemon.status()?.read ?? 0 < 18, Date() < end { Thread.sleep(forTimeInterval: 0.2) }
        Thread.sleep(forTimeInterval: 1)
        #expect(daemon.status()?.events == 3)
        #expect(daemon.stop() == 0)
    }
}
