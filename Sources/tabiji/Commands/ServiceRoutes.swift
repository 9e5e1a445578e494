// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import HTTPServer
internal import Pipeline
internal import Telemetry

/// The daemon's HTTP endpoints: health, readiness, metrics, status, and events in on the embedded transport.
struct ServiceRoutes {
    private let service: Service
    private let transport: Transport
    private let telemetry: ServiceTelemetry
    private let configuration: TabijiConfiguration

    init(
        _ service: Service,
        _ transport: Transport,
        _ telemetry: ServiceTelemetry,
        _ configuration: TabijiConfiguration
    ) {
        self.service = service
        self.transport = transport
        self.telemetry = telemetry
        self.configuration = configuration
    }

    /// Serves them where the configuration says.
    func serve() throws -> HTTPServer {
        let http = configuration.service.http
        return try HTTPServer(
            HTTPServerSettings(
                host: http.host,
                port: UInt16(clamping: http.port),
                connectionsMax: http.connections
            ),
            routes: routes
        )
    }

    private var routes: [HTTPRoute] {
        let (service, telemetry, token) = (service, telemetry, configuration.tokens.read)
        var routes = [
            HTTPRoute(.get, "/healthz") { _ in
                service.isAlive ? .text("ok\n") : .text("a worker has not moved for a minute\n", status: 503)
            },
            HTTPRoute(.get, "/readyz") { _ in
                service.current.isReady ? .text("ready\n") : .text("partitions are being restored\n", status: 503)
            },
            HTTPRoute(.get, "/metrics") { _ in
                HTTPResponse(contentType: MetricsRegistry.prometheusContentType, body: telemetry.metrics.prometheusText)
            },
            HTTPRoute(.get, "/v1/status") { request in
                if let token, !Self.bears(request, token) {
                    return .text("expected: Authorization: Bearer TOKEN, the token of http.tokens.read\n", status: 401)
                }
                return .json(service.statusJSON)
            },
            Self.explain(service, configuration),
        ]
        if transport.takesEvents { routes.append(events) }
        return routes
    }

    /// NDJSON, one event a line. Answered when the events are durable. With the control token they are control records.
    private var events: HTTPRoute {
        let transport = transport
        let (token, configuration, service) = (configuration.tokens.events, configuration, service)
        return HTTPRoute(.post, "/v1/events", bodyBytesMax: configuration.service.http.bodyBytes.bytes) { request in
            if let encoding = request.header("content-encoding"), encoding.lowercased() != "identity" {
                return .text("expected lines as they are, found Content-Encoding: \(encoding)\n", status: 415)
            }
            if let control = configuration.tokens.control, Self.bears(request, control) {
                return Self.control(request.body, service, transport, configuration)
            }
            // Whoever comes with a token that is not known here means something else than what would be done.
            guard token.map({ Self.bears(request, $0) }) ?? (request.header("authorization") == nil) else {
                return .text("expected: Authorization: Bearer TOKEN, the token of http.tokens.events\n", status: 401)
            }
            do {
                let count = try transport.append(lines: request.body)
                return .json(Array("{\"accepted\":\(count)}\n".utf8), status: 202)
            } catch {
                return .text("\(error)\n", status: 503)
            }
        }
    }

    /// Whether a request comes with a token. Takes as long for a wrong one as for the right one.
    static func bears(_ request: HTTPRequest, _ token: String) -> Bool {
        let (given, wanted) = (Array((request.header("authorization") ?? "").utf8), Array("Bearer \(token)".utf8))
        guard given.count == wanted.count else { return false }
        return zip(given, wanted).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
