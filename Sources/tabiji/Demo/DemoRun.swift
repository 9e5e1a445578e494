// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Digests
internal import Foundation
internal import HTTPServer
internal import Journeys
internal import Pipeline
internal import Synchronization
internal import Telemetry
internal import Touchpoints

/// The demo from start to end: a service in a folder of its own, traffic, the scene, and what came of it.
final class DemoRun {
    private let configuration: TabijiConfiguration
    private let transport: Transport
    private let service: Service
    private let telemetry: ServiceTelemetry
    private let options: DemoOptions
    private let steps: [SceneStep]
    private let startedAt = Date()
    private var reader: DemoReader
    private var screen = DemoScreen()
    private var teller: StoryTeller
    private let names: SceneNames
    /// When the newest step was sent.
    private var sent: (event: String, at: Date)?
    private var linksTold = 0
    private var stepsTold = 0
    private let isStopped = Stop()

    /// How long a step waits for its results.
    private static let patienceSeconds: TimeInterval = 20

    /// Told by a signal.
    final class Stop: Sendable {
        private let flag = Atomic<Bool>(false)
        var isSet: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }

    init(_ configuration: TabijiConfiguration, _ options: DemoOptions) throws {
        self.configuration = configuration
        self.options = options
        transport = try Transport.open(configuration) { _, _, _ in }
        telemetry = ServiceTelemetry(logger: Logger(level: .error))
        service = try Service(configuration, log: transport.log, roles: Role.allCases, tell: telemetry.take)
        telemetry.observe(service)
        reader = DemoReader(transport)
        teller = StoryTeller(titles: configuration.rulebook.stageTitles, paint: DemoScreen().paint)
        names = SceneNames(hasher: IdentifierHasher(key: configuration.identifierKey))
        steps = DemoScene.steps(SceneCalendar(nowMs: Int64(startedAt.timeIntervalSince1970 * 1000)))
    }

    func run() throws -> Exit {
        let server = try ServiceRoutes(service, transport, telemetry, configuration).serve()
        defer { server.stop() }
        let signals = StopSignals { [isStopped] _ in isStopped.set() }
        defer { signals.cancel() }
        greet(server.port)
        service.start()
        let traffic = DemoTraffic(options.traffic(startMs: steps.first?.timeMs ?? 0), rate: DemoOptions.rate)
        traffic.start(transport)
        do {
            try tell()
            traffic.stop()
        } catch {
            traffic.stop()
            service.stop()
            try service.join()  // its failure comes first
            throw error
        }
        screen.clear()
        screen.write(["", counts()])
        service.stop()
        try service.join()
        return .done
    }

    private func greet(_ port: UInt16) {
        let url = "http://\(configuration.service.http.host):\(port)"
        screen.write([
            "Tabiji (旅路): events of \(options.customers) generated customers stream in; below, the journey of one more.",
            "\(url)/metrics  \(url)/v1/status",
            "",
        ])
    }

    private func tell() throws {
        try wait(1.5)  // restoring, and the first traffic
        for (index, step) in steps.enumerated() where !isOver {
            stepsTold = index + 1
            screen.write([teller.line(step)])
            sent = (DemoScene.id(index + 1), Date())
            _ = try transport.append(lines: step.line(id: DemoScene.id(index + 1)))
            try wait(options.secondsPerStep(steps.count))
            try waitUntilSeen(step, index + 1)
            screen.write(teller.takenBack())
        }
        try wait(1.5)  // the profile's turn
        try waitUntil(isAllTold)
        let end = StoryEnd(
            teller: teller,
            paint: screen.paint,
            steps: Array(steps.prefix(stepsTold)),
            names: names
        )
        screen.write(end.reasons(reader))
        if let customer = reader.owners[DemoScene.id(stepsTold)], let profile = try reader.profile(of: customer) {
            screen.write(end.profile(profile, of: customer))
        }
        while !isOver && !isTimeUp { try wait(0.2) }
    }

    private var isOver: Bool { isStopped.isSet || !service.isRunning }
    private var isTimeUp: Bool {
        options.seconds > 0 && Date().timeIntervalSince(startedAt) >= Double(options.seconds)
    }

    /// Shows what comes meanwhile.
    private func wait(_ seconds: Double) throws {
        let until = Date(timeIntervalSinceNow: seconds)
        repeat {
            Thread.sleep(forTimeInterval: 0.1)
            let found = try reader.poll()
            screen.write(teller.lines(linked: reader.links.dropFirst(linksTold).map(\.identifiers), names))
            linksTold = reader.links.count
            let age = sent.map { (event: $0.event, seconds: Date().timeIntervalSince($0.at)) }
            screen.write(teller.lines(found, newest: age))
            screen.show(counts())
        } while Date() < until && !isOver
    }

    private func waitUntilSeen(_ step: SceneStep, _ number: Int) throws {
        try waitUntil {
            let watermarkMs = service.current.watermarkMs ?? .min
            return reader.owners[DemoScene.id(number)] != nil
                && watermarkMs >= step.timeMs - DemoOptions.outOfOrdernessMs
        }
    }

    /// Whether every step is one customer's, and her profile knows the last.
    private func isAllTold() throws -> Bool {
        let customers = Set(reader.owners.values)
        guard let last = steps.prefix(stepsTold).last, reader.owners.count == stepsTold, customers.count == 1,
            let customer = customers.first, let profile = try reader.profile(of: customer)
        else { return false }
        return profile.lastSeen == EventTime.format(last.timeMs)
    }

    /// On a busy machine results take longer than a step: the story waits for them, to a point.
    private func waitUntil(_ isReady: () throws -> Bool) throws {
        guard try !isReady() else { return }
        let until = Date(timeIntervalSinceNow: Self.patienceSeconds)
        while try !isReady(), !isOver, Date() < until { try wait(0.1) }
        try wait(0.3)
    }

    private func counts() -> String {
        let status = service.current
        let rate = Double(status.accepted) / max(0.1, Date().timeIntervalSince(startedAt))
        return "\(status.accepted) events in, \(Int(rate))/s · \(status.customers) customers · "
            + "\(reader.transitions) stage changes · \(status.alertsOpen) alerts open"
    }
}
