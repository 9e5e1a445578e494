// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Generator
internal import Pipeline

extension Command {
    static let demo = Command(
        name: "demo",
        summary: "See it work: live traffic, all roles in one process, and one journey told as it happens.",
        usage: "demo [--port PORT] [--seconds N] [--customers N] [--config DIR]",
        options: [
            Option(name: "--port", value: "PORT", help: "of /metrics, /v1/status and the like (default 8080; 0: any)"),
            Option(name: "--seconds", value: "N", help: "how long (default 20; 0: until Ctrl-C)"),
            Option(name: "--customers", value: "N", help: "people in the generated traffic (default 2000)"),
            .config,
        ],
        run: { arguments in
            let options = DemoOptions(
                port: try arguments.number("--port") ?? 8080,
                seconds: try arguments.number("--seconds") ?? 20,
                customers: try arguments.number("--customers", least: 1) ?? 2_000
            )
            guard options.port <= 65_535 else { throw UsageError("--port takes a number up to 65535") }
            let folder = try ScratchFolder()
            defer { folder.remove() }
            let configuration = try Configured.load(arguments, overrides: options.settings(data: folder.path("data")))
            return try DemoRun(configuration, options).run()
        }
    )
}

/// What the command line asked of the demo.
struct DemoOptions {
    var port: Int
    /// 0: until told to stop.
    var seconds: Int
    var customers: Int

    /// Events a second of the generated traffic.
    static let rate = 500
    /// How far the watermark stays behind the newest event.
    static let outOfOrdernessMs: Int64 = 1000

    /// The configuration's settings that the demo makes, as environment variables.
    func settings(data: String) -> [String: String] {
        var settings = [
            "TABIJI_TRANSPORT": "embedded", "TABIJI_DATA": data, "TABIJI_HTTP_PORT": "\(port)",
            "TABIJI_ROLES": "intake,identity,journey", "TABIJI_OUTPUTS_TIMELINE": "true",
            "TABIJI_LIMITS_LATENESS": "4000d", "TABIJI_LIMITS_IDLE_AFTER": "1s",
            "TABIJI_LIMITS_OUT_OF_ORDERNESS": "\(Self.outOfOrdernessMs)ms", "TABIJI_PROFILE_INTERVAL": "1s",
        ]
        if ProcessInfo.processInfo.environment["TABIJI_IDENTIFIER_KEY"] == nil {
            settings["TABIJI_IDENTIFIER_KEY"] = "tabiji"
        }
        return settings
    }

    /// Traffic that ends some time before the scene begins, so that the clock of events follows the scene.
    func traffic(startMs: Int64) -> TrafficSettings {
        TrafficSettings(
            customers: customers,
            events: Self.rate * (seconds == 0 ? 3_600 : seconds + 60),
            startMs: startMs - 130 * 86_400_000,
            latePercent: 5,
            duplicatePercent: 1
        )
    }

    /// The scene takes most of the time asked for.
    func secondsPerStep(_ steps: Int) -> Double {
        max(0.4, min(1.2, (Double(seconds == 0 ? 20 : seconds) - 4) / Double(max(1, steps))))
    }
}
