// SPDX-License-Identifier: Apache-2.0
import Configuration
import Testing
import Touchpoints

@Suite struct `tabiji.yaml` {
    @Test func `may be empty`() throws {
        #expect(try ScratchFolder().load().service == ServiceSettings())
    }

    @Test func `sets what it names`() throws {
        let folder = try ScratchFolder(
            tabiji: """
                transport: kafka
                instance: tabiji-1
                prefix: eu.
                commit_interval: 250ms
                kafka:
                  bootstrap: a.example:9092,b.example:9093
                  properties: {security.protocol: sasl_ssl, sasl.password: "env:SECRET"}
                  input_topics: [touchpoints.web, touchpoints.app]
                formats: {touchpoints.web: segment}
                topic_realms: {touchpoints.app: brand_b}
                segment: {time: corrected}
                limits: {event_bytes: 64KiB, earliest_time: "2010-01-01T00:00:00+09:00", lateness: 30d}
                http: {port: 0, tokens: {events: "env:TOKEN"}}
                journeys: {timezone: Europe/Berlin, currency: EUR, neighbours: {shibuya: [harajuku]}}
                log: {level: debug, format: json}
                """,
            identity: "realms: {brand_b: {max_identifiers: 50, shared_device: anonymous}}"
        )
        let loaded = try folder.load(["SECRET": "s", "TOKEN": "t"])
        #expect(loaded.service.transport == .kafka && loaded.service.prefix == "eu.")
        #expect(loaded.service.kafka.properties == ["security.protocol": "sasl_ssl", "sasl.password": "s"])
        #expect(loaded.service.kafka.inputTopics == .names(["touchpoints.web", "touchpoints.app"]))
        #expect(
            loaded.service.limits.eventBytes == .kibibytes(64)
                && loaded.service.limits.lateness == .seconds(30 * 86_400)
        )
        #expect(loaded.tokens == HTTPTokens(events: "t"))
        #expect(loaded.intake.formats == ["touchpoints.web": .segment] && loaded.intake.segmentTime == .corrected)
        #expect(loaded.intake.earliestTimeMs == 1_262_271_600_000)
        #expect(loaded.identity.realms["brand_b"]?.maxIdentifiers == 50)
        #expect(loaded.identity.namespaces.first?.name == "user_id")
    }

    @Test func `is refused with every mistake in it`() throws {
        let folder = try ScratchFolder(
            tabiji: """
                transprot: kafka
                transport: pigeon
                limits:
                  event_bytes: 12
                  out_of_orderness: 200ms
                  lateness: forever
                kafka: {partitions: 0, input_topics: "^(", bootstrap: "a b"}
                topic_realms: {touchpoints.x: nowhere}
                http: {tokens: {events: "open sesame"}}
                """
        )
        #expect(
            folder.mistakes() == [
                "tabiji.yaml:1:1: transprot: expected a known key, found “transprot”; did you mean “transport”?",
                "tabiji.yaml:2:12: transport: expected one of embedded, kafka, found “pigeon”",
                "tabiji.yaml:4:16: limits.event_bytes: expected 1KiB to 64MiB, found 12B",
                "tabiji.yaml:5:21: limits.out_of_orderness: expected at least three times commit_interval (100ms), found 200ms",
                "tabiji.yaml:6:13: limits.lateness: expected a duration such as 100ms, 5m or 7d, found “forever”",
                "tabiji.yaml:7:21: kafka.partitions: expected 1 to 1024, found 0",
                "tabiji.yaml:7:38: kafka.input_topics: expected a regular expression, found “^(”",
                "tabiji.yaml:7:55: kafka.bootstrap: expected HOST:PORT, several with commas between, found “a b”",
                "tabiji.yaml:8:31: topic_realms[touchpoints.x]: expected a realm of identity.yaml (default), found “nowhere”",
                "tabiji.yaml:9:25: http.tokens.events: expected a reference to the secret, env:NAME or file:PATH, not the secret itself",
            ]
        )
    }

    @Test func `needs a broker and a name for Kafka`() throws {
        let mistakes = try ScratchFolder(tabiji: "transport: kafka\n").mistakes()
        #expect(mistakes.count == 2)
        #expect(
            mistakes.contains { $0.contains(" kafka.bootstrap: ") } && mistakes.contains { $0.contains(" instance: ") }
        )
    }

    @Test func `keeps passwords and the program's own settings out of the properties`() throws {
        let text =
            "kafka: {properties: {sasl.password: hunter2, isolation.level: read_uncommitted, ssl.key.pem: \"env:NO_PEM\"}}"
        let mistakes = try ScratchFolder(tabiji: text).mistakes()
        #expect(mistakes.count == 3)
        #expect(!mistakes.joined().contains("hunter2"))
        #expect(mistakes.contains { $0.contains("[sasl.password]: expected a reference") })
        #expect(mistakes.contains { $0.contains("[isolation.level]: expected no setting") })
        #expect(mistakes.contains { $0.contains("NO_PEM, which is not set") })
    }

    @Test(arguments: ["batch_bytes: 512KiB", "store_cache: 1", "max_touchpoints: 1", "earliest_time: yesterday"])
    func `has limits for its limits`(line: String) throws {
        let mistakes = try ScratchFolder(tabiji: "limits:\n  \(line)\n").mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes[0].hasPrefix("tabiji.yaml:2:"))
    }
}

@Suite struct `The environment` {
    @Test func `wins over the files`() throws {
        let loaded = try ScratchFolder(
            tabiji: "instance: a\nkafka: {partitions: 8}\nformats: {touchpoints.web_shop: native}\n"
        ).load([
            "TABIJI_KAFKA_BOOTSTRAP": "broker:9092", "TABIJI_OUTPUTS_TIMELINE": "true", "TABIJI_INSTANCE": "b",
            "TABIJI_KAFKA_INPUT_TOPICS": "x,y", "TABIJI_ROLES": "intake, journey", "TABIJI_CONTROL_TOPICS": "[c1, c2]",
            "TABIJI_FORMATS_TOUCHPOINTS_WEB_SHOP": "segment", "TABIJI_KAFKA_PROPERTIES_SECURITY_PROTOCOL": "ssl",
            "TABIJI_LIMITS_OUT_OF_ORDERNESS": "10s", "TABIJI_IDENTITY_NAMESPACES_LINE_ID_LIMIT": "9",
            "TABIJI_IDENTITY_CONSENT_DEFAULT": "false", "TABIJI_IDENTITY_REALMS": "{brand_b: {max_identifiers: 7}}",
            "TABIJI_TOPIC_REALMS": "{touchpoints.b: brand_b}", "TABIJI_PREFIX": "",
        ])
        let service = loaded.service
        #expect(service.kafka.bootstrap == "broker:9092" && service.kafka.partitions == 8 && service.outputs.timeline)
        #expect(
            service.instance == "b" && service.roles == [.intake, .journey] && service.controlTopics == ["c1", "c2"]
        )
        #expect(
            service.kafka.inputTopics == .names(["x", "y"]) && service.formats == ["touchpoints.web_shop": .segment]
        )
        #expect(
            service.kafka.properties == ["security.protocol": "ssl"] && service.limits.outOfOrderness == .seconds(10)
        )
        #expect(service.topicRealms == ["touchpoints.b": "brand_b"])
        #expect(loaded.identity.namespace(named: "line_id")?.limit == 9 && !loaded.identity.consentDefault)
        #expect(loaded.identity.realms["brand_b"]?.maxIdentifiers == 7)
    }

    @Test func `is checked like the files`() throws {
        #expect(
            try ScratchFolder().mistakes(["TABIJI_KAFKA_PARTITIONS": "many", "TABIJI_HTTP_PORT": "99999"]) == [
                "TABIJI_HTTP_PORT: http.port: expected 0 to 65535, found 99999",
                "TABIJI_KAFKA_PARTITIONS: kafka.partitions: expected an integer, found “many”",
            ]
        )
    }

    @Test func `has no settings that nobody knows`() throws {
        #expect(
            try ScratchFolder().mistakes([
                "TABIJI_KAFKA_BOOTSRAP": "a:1", "TABIJI_TEST_KAFKA": "a:1", "TABIJI_CONFIG": "config",
            ]) == [
                "TABIJI_KAFKA_BOOTSRAP: expected the name of a setting, found TABIJI_KAFKA_BOOTSRAP; did you mean TABIJI_KAFKA_BOOTSTRAP?"
            ]
        )
    }

    @Test func `may hold a secret under any name that a file refers to`() throws {
        let folder = try ScratchFolder(identity: "privacy: {key: \"env:TABIJI_MY_KEY\"}")
        #expect(try folder.load(["TABIJI_MY_KEY": "k", "TABIJI_IDENTIFIER_KEY": ""]).identifierKey == "k")
    }
}
