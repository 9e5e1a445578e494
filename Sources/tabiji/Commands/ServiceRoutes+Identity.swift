// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import HTTPServer
internal import Pipeline

extension ServiceRoutes {
    /// `GET /v1/identity/explain?identifier=email:a@example.com` (or `=NAMESPACE:HASH`, or `customer=ID`; `realm=…`).
    ///
    /// Who may ask: with `http.tokens.read` whoever has it; without, only where the server listens to this machine alone.
    static func explain(_ service: Service, _ configuration: TabijiConfiguration) -> HTTPRoute {
        HTTPRoute(.get, "/v1/identity/explain") { request in
            if let refusal = refusal(request, configuration) { return refusal }
            let asked = request.queryValue("identifier") ?? request.queryValue("customer")
            guard let asked, !asked.isEmpty else {
                return failure("expected ?identifier=NAMESPACE:VALUE or ?customer=ID", status: 400)
            }
            do {
                let realm = request.queryValue("realm") ?? "default"
                let question = try IdentityQuestion(asked, realm: realm, configuration)
                switch service.story(question) {
                case .story(let story): return .json(story.json)
                case .unknown: return failure("nobody here is known by that", status: 404)
                case .elsewhere:
                    return failure("the identity role does not run here: ask the process that runs it", status: 421)
                case .busy: return failure("the identity role is busy: try again", status: 503)
                }
            } catch {
                return failure("\(error)", status: 400)
            }
        }
    }

    private static func refusal(_ request: HTTPRequest, _ configuration: TabijiConfiguration) -> HTTPResponse? {
        guard let token = configuration.tokens.read else {
            let isLoopback = ["127.0.0.1", "::1", "localhost"].contains(configuration.service.http.host)
            return isLoopback ? nil : failure("closed to other machines: http.tokens.read is not set", status: 403)
        }
        if bears(request, token) { return nil }
        return failure("expected: Authorization: Bearer TOKEN, the token of http.tokens.read", status: 401)
    }

    /// Control records of somebody with the control token: all of them count, or none is taken.
    static func control(
        _ body: [UInt8],
        _ service: Service,
        _ transport: Transport,
        _ configuration: TabijiConfiguration
    ) -> HTTPResponse {
        let nowMs = Int64(Date().timeIntervalSince1970 * 1000)
        let refused = ControlRecords.refusals(of: body, configuration, nowMs: nowMs)
        guard refused.isEmpty else {
            service.note(refused)
            let lines = refused.prefix(20).map { "line \($0.line): \($0.reason): \($0.detail)" }
            return .text(lines.joined(separator: "\n") + "\n", status: 422)
        }
        do {
            let count = try transport.append(lines: body, isControl: true)
            return .json(Array("{\"accepted\":\(count)}\n".utf8), status: 202)
        } catch {
            return .text("\(error)\n", status: 503)
        }
    }

    private static func failure(_ message: String, status: Int) -> HTTPResponse {
        .text(message + "\n", status: status)
    }
}
