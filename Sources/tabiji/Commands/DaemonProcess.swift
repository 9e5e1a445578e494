// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Dispatch
internal import Foundation
internal import HTTPServer
internal import Pipeline
internal import Synchronization
internal import Telemetry

/// The process around a service: signals, log lines, HTTP endpoints.
final class DaemonProcess {
    private let configuration: TabijiConfiguration
    private let logger: Logger
    private let telemetry: ServiceTelemetry

    init(_ configuration: TabijiConfiguration) {
        self.configuration = configuration
        logger = Logger(
            level: LogLevel(name: configuration.service.log.level.rawValue) ?? .info,
            format: configuration.service.log.format == .json ? .json : .text
        )
        telemetry = ServiceTelemetry(logger: logger)
    }

    func run(readsStandardInput: Bool) throws -> Exit {
        let repeats = RepeatFilter()
        let transport = try Transport.open(configuration) { [logger] severity, client, message in
            // The client library says every time that it tries again: hundreds of times a second.
            let nowMs = Int64(Date().timeIntervalSince1970 * 1000)
            guard let count = repeats.take("\(client) \(message)", nowMs: nowMs) else { return }
            logger.log(
                severity <= 4 ? .warning : .debug,
                "kafka",
                ["client": "\(client)", "message": "\(message)", "repeats": .integer(count)]
            )
        }
        let roles = configuration.service.roles.compactMap { Role(named: $0.rawValue) }
        let service = try Service(configuration, log: transport.log, roles: roles, tell: telemetry.take)
        telemetry.observe(service)
        let server = try ServiceRoutes(service, transport, telemetry, configuration).serve()
        logger.info(
            "started",
            [
                "version": "\(Tabiji.version)", "transport": "\(configuration.service.transport.rawValue)",
                "roles": "\(roles.map(\.name).joined(separator: ","))", "http_port": .integer(Int(server.port)),
                "instance": "\(configuration.service.instance)",
            ]
        )
        let signals = StopSignals { [logger] name in
            logger.info("stopping", ["signal": "\(name)"])
            service.stop()
        }
        service.start()
        if readsStandardInput { StandardInput(transport, logger).start() }
        defer {
            signals.cancel()
            server.stop()
        }
        do {
            try service.join()
            try transport.close()
        } catch {
            logger.error("failed", ["error": "\(error)"])
            throw error
        }
        logger.info("stopped", ["events": .integer(service.current.events)])
        return .done
    }
}

/// Calls back when the process is asked to stop. A second signal ends it at once.
final class StopSignals {
    private var sources: [any DispatchSourceSignal] = []
    private static let received = Atomic<Int>(0)

    init(_ stop: @escaping @Sendable (String) -> Void) {
        for (number, name) in [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if Self.received.add(1, ordering: .relaxed).newValue > 1 { _exit(Exit.tryAgain.rawValue) }
                stop(name)
            }
            source.resume()
            sources.append(source)
        }
    }

    func cancel() { for source in sources { source.cancel() } }
}
