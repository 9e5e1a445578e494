// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Foundation
import HTTPServer
import Synchronization
import Testing

@Suite struct HTTPServerTests {
    private static let routes = [
        HTTPRoute(.get, "/hello") { _ in .text("hello\n") },
        HTTPRoute(.post, "/echo", bodyBytesMax: 100_000) { .json($0.body, status: 202) },
        HTTPRoute(.get, "/query") { request in
            .text(
                request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "|") + " "
                    + (request.queryValue("a") ?? "-")
            )
        },
        HTTPRoute(.get, "/header") { .text($0.header("x-THING") ?? "none", headers: [.init("X-Back", "yes")]) },
        HTTPRoute(.get, "/tree/*") { .text($0.path) },
        HTTPRoute(.get, "/large") { _ in .text(String(repeating: "0123456789", count: 300_000)) },
    ]

    private func serve(_ body: (UInt16) throws -> Void) throws {
        let server = try HTTPServer(HTTPServerSettings(), routes: Self.routes)
        defer { server.stop() }
        try body(server.port)
    }

    @Test func `a route answers with its status, type and body`() throws {
        try serve { port in
            let answer = try #require(RawClient.ask(port, "GET", "/hello"))
            #expect(answer.status == 200)
            #expect(answer.body == "hello\n")
            #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(answer.headers["content-length"] == "6")
        }
    }

    @Test func `HEAD gives GET's head alone`() throws {
        try serve { port in
            let answer = try #require(RawClient.ask(port, "HEAD", "/hello"))
            #expect(answer.status == 200)
            #expect(answer.headers["content-length"] == "6")
            #expect(answer.body == "")
        }
    }

    @Test func `an unknown path is 404, another method 405 with what is allowed`() throws {
        try serve { port in
            #expect(RawClient.ask(port, "GET", "/nothing")?.status == 404)
            #expect(RawClient.ask(port, "POST", "/nothing", body: [1, 2, 3])?.status == 404)
            #expect(RawClient.ask(port, "GET", "/hello/below")?.status == 404)
            let answer = try #require(RawClient.ask(port, "POST", "/hello", body: []))
            #expect(answer.status == 405)
            #expect(answer.headers["allow"] == "GET, HEAD")
            #expect(RawClient.ask(port, "DELETE", "/hello")?.status == 405)
            #expect(RawClient.ask(port, "GET", "/echo")?.headers["allow"] == "POST")
        }
    }

    @Test(arguments: [0, 1, 1000, 100_000])
    func `a body comes whole`(_ count: Int) throws {
        try serve { port in
            let body = [UInt8](repeating: 97, count: count)
            let answer = try #require(RawClient.ask(port, "POST", "/echo", body: body))
            #expect(answer.status == 202)
            #expect(answer.body == String(decoding: body, as: UTF8.self))
            #expect(answer.headers["content-type"] == "application/json")
        }
    }

    @Test func `a body in chunks comes whole`() throws {
        try serve { port in
            let client = try #require(RawClient(port: port))
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send("3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
            #expect(RawClient.Answer(client.receive())?.body == "abcdefg")
        }
    }

    @Test(arguments: [100_001, 5_000_000])
    func `a body over the limit is 413, and the client sees it`(_ count: Int) throws {
        try serve { port in
            let answer = RawClient.ask(port, "POST", "/echo", body: [UInt8](repeating: 97, count: count))
            #expect(answer?.status == 413)
        }
    }

    @Test func `queries and paths are decoded`() throws {
        try serve { port in
            #expect(RawClient.ask(port, "GET", "/query?a=1%202&b=%E6%97%85&a=3&c")?.body == "a=1 2|b=旅|a=3|c= 1 2")
            #expect(RawClient.ask(port, "GET", "/query")?.body == " -")
            #expect(RawClient.ask(port, "GET", "/tree/a/b%20c")?.body == "/tree/a/b c")
            #expect(RawClient.ask(port, "GET", "/query?a=%ff%zz&%00=1")?.status == 200)
        }
    }

    @Test func `headers are found without case, and sent`() throws {
        try serve { port in
            let answer = try #require(RawClient.ask(port, "GET", "/header", headers: "X-Thing: some thing\r\n"))
            #expect(answer.body == "some thing")
            #expect(answer.headers["x-back"] == "yes")
            #expect(RawClient.ask(port, "GET", "/header")?.body == "none")
        }
    }

    @Test func `a large answer comes whole`() throws {
        try serve { port in
            #expect(RawClient.ask(port, "GET", "/large")?.body.utf8.count == 3_000_000)
        }
    }

    @Test func `a connection serves many requests`() throws {
        try serve { port in
            let client = try #require(RawClient(port: port))
            for _ in 0..<3 { client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n") }
            client.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(client.receive().components(separatedBy: "hello\n").count == 5)
        }
    }

    @Test(arguments: [
        "rubbish\r\n\r\n", "GET\r\n\r\n", "GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        "\u{0}\u{1}\u{2}\r\n\r\n",
    ])
    func `what is no HTTP does not end the server`(_ text: String) throws {
        try serve { port in
            let client = try #require(RawClient(port: port))
            client.send(text)
            close(client.descriptor)
            #expect(RawClient.ask(port, "GET", "/hello")?.status == 200)
        }
    }

    @Test func `a port in use is an error that names it`() throws {
        try serve { port in
            let error = #expect(throws: HTTPServerError.self) {
                try HTTPServer(HTTPServerSettings(port: port), routes: [])
            }
            #expect(error?.code == .addressInUse)
            #expect(error?.message.contains("127.0.0.1:\(port)") == true)
        }
    }

    @Test func `settings that cannot be are refused`() {
        let wrong = [
            HTTPServerSettings(host: "no such host.invalid"), HTTPServerSettings(host: "192.0.2.1"),
            HTTPServerSettings(threads: 0), HTTPServerSettings(threads: 4, connectionsMax: 2),
        ]
        for settings in wrong {
            let error = #expect(throws: HTTPServerError.self) { try HTTPServer(settings, routes: []) }
            #expect(error?.code == .invalid, "\(settings)")
        }
    }

    @Test func `many clients at once are all served`() throws {
        try serve { port in
            let served = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: 200) { index in
                let body = Array("\(index)".utf8)
                if RawClient.ask(port, "POST", "/echo", body: body)?.body == "\(index)" {
                    served.add(1, ordering: .relaxed)
                }
            }
            #expect(served.load(ordering: .relaxed) == 200)
        }
    }

    @Test func `stopping lets requests under way end, then nobody answers`() throws {
        let entered = DispatchSemaphore(value: 0)
        let leave = DispatchSemaphore(value: 0)
        let server = try HTTPServer(
            HTTPServerSettings(),
            routes: [
                HTTPRoute(.get, "/slow") { _ in
                    entered.signal()
                    leave.wait()
                    return .text("done")
                }
            ]
        )
        let port = server.port
        let client = try #require(RawClient(port: port))
        client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        entered.wait()
        let stopped = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            server.stop()
            stopped.signal()
        }
        // Until it is stopped it may still be accepting for a moment; the request under way holds it.
        #expect(stopped.wait(timeout: .now() + .milliseconds(50)) == .timedOut)
        leave.signal()
        #expect(client.receive().hasSuffix("done"))
        stopped.wait()
        server.stop()
        #expect(RawClient(port: port) == nil)
    }

    @Test func `a client that never ends its request does not hold up stopping`() throws {
        let server = try HTTPServer(HTTPServerSettings(drainSeconds: 0), routes: Self.routes)
        let client = try #require(RawClient(port: server.port))
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
        #expect(RawClient.ask(server.port, "GET", "/hello")?.status == 200)
        server.stop()
        #expect(client.receive() == "")
    }
}
