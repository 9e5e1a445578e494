// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// What every Swift target of ours is built with.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The bridges alone may touch memory by hand, and mark each place where they do.
let bridge: [SwiftSetting] = house + [.strictMemorySafety()]

func library(_ name: String, _ dependencies: [Target.Dependency], bridge isBridge: Bool = false) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: isBridge ? bridge : house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], resources: resources, swiftSettings: house)
}

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "tabiji",
    products: [.executable(name: "tabiji", targets: ["tabiji"])],
    targets: [
        // C libraries, each behind one system-library target …
        system("CRdKafka", pkgConfig: "rdkafka", apt: "librdkafka-dev"),
        system("CRocksDB", pkgConfig: "rocksdb", apt: "librocksdb-dev"),
        system("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        system("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
        system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        .systemLibrary(name: "CMeCab", providers: [.apt(["libmecab-dev"])]),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CPhoneNumber", linkerSettings: [.linkedLibrary("phonenumber"), .linkedLibrary("protobuf")]),
        // … and one Swift target that alone imports it.
        library("KafkaBridge", ["CRdKafka"], bridge: true),
        library("StateStore", ["CRocksDB"], bridge: true),
        library("YAML", ["CYAML"], bridge: true),
        library("HTTPServer", ["CMicroHTTPD"], bridge: true),
        library("Digests", ["CCrypto"], bridge: true),
        library("Gzip", ["CZlib"], bridge: true),
        library("JSONTape", ["CSimdJSON"], bridge: true),
        library("PhoneNumbers", ["CPhoneNumber"], bridge: true),
        library("JapaneseWords", ["CMeCab"], bridge: true),
        // The engines: pure.
        library("Touchpoints", ["Digests", "JSONTape", "PhoneNumbers"]),
        library("Identity", ["Touchpoints", "Digests"]),
        library("Journeys", ["Touchpoints", "Digests"]),
        library("Sentiment", ["JapaneseWords"]),
        // The edge.
        library("Configuration", ["YAML", "Digests", "Touchpoints", "Identity", "Journeys", "Sentiment"]),
        library("Telemetry", []),
        library("Generator", ["Touchpoints"]),
        library(
            "Pipeline",
            [
                "Digests", "Touchpoints", "Identity", "Journeys", "KafkaBridge", "StateStore", "Gzip", "Configuration",
                "Telemetry", "Sentiment", "JapaneseWords",
            ]
        ),
        .executableTarget(
            name: "tabiji",
            dependencies: [
                "Pipeline", "Configuration", "Telemetry", "Generator", "HTTPServer", "Touchpoints", "Digests",
                "Identity", "Journeys", "Sentiment", "JapaneseWords",
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Pipeline", "Configuration", "Generator", "Touchpoints", "Digests", "Identity", "Journeys", "Telemetry",
                "CAllocationCounter", "Sentiment", "JapaneseWords", "StateStore",
            ],
            swiftSettings: house
        ),
        .target(name: "CAllocationCounter"),
        // The real engines under chance; its tests import it.
        .executableTarget(
            name: "Simulator",
            dependencies: [
                "Pipeline", "Configuration", "StateStore", "Touchpoints", "Digests", "Journeys", "TestSupport",
            ],
            swiftSettings: house
        ),
        .target(name: "TestSupport", dependencies: ["Touchpoints"], path: "Tests/TestSupport", swiftSettings: house),
        .target(name: "KafkaMock", dependencies: ["CRdKafka"], path: "Tests/KafkaMock", swiftSettings: bridge),
        tests("KafkaBridgeTests", ["KafkaBridge", "KafkaMock"]),
        tests("StateStoreTests", ["StateStore"]),
        tests("YAMLTests", ["YAML"]),
        tests("HTTPServerTests", ["HTTPServer"]),
        tests("DigestsTests", ["Digests"]),
        tests("GzipTests", ["Gzip"]),
        tests("JSONTapeTests", ["JSONTape"]),
        tests("PhoneNumbersTests", ["PhoneNumbers"]),
        tests("JapaneseWordsTests", ["JapaneseWords"]),
        tests(
            "SentimentTests",
            ["Sentiment", "JapaneseWords", "Configuration"],
            resources: [.copy("Texts")]
        ),
        tests("TouchpointsTests", ["Touchpoints", "Digests"], resources: [.copy("Fixtures")]),
        tests("IdentityTests", ["Identity", "Touchpoints", "Digests"], resources: [.copy("Fixtures")]),
        tests(
            "JourneysTests",
            ["Journeys", "Touchpoints", "Digests", "YAML", "Configuration", "Pipeline", "StateStore", "Generator"],
            resources: [.copy("Fixtures"), .copy("Scenes")]
        ),
        tests("ConfigurationTests", ["Configuration", "Touchpoints", "YAML"]),
        tests("TelemetryTests", ["Telemetry"]),
        tests("GeneratorTests", ["Generator", "Touchpoints"]),
        tests(
            "PipelineTests",
            [
                "Pipeline", "Configuration", "Generator", "StateStore", "Touchpoints", "Digests", "Identity",
                "Journeys", "Telemetry",
            ],
            resources: [.copy("Fixtures")]
        ),
        tests("SimulatorTests", ["Simulator", "Configuration", "Touchpoints"], resources: [.copy("Fixtures")]),
        tests(
            "IntegrationTests",
            [
                "Pipeline", "KafkaBridge", "KafkaMock", "StateStore", "Generator", "Gzip", "Configuration", "Touchpoints",
                "Digests",
            ]
        ),
        tests("TidyTests", []),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
