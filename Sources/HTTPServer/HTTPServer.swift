// SPDX-License-Identifier: Apache-2.0
internal import CMicroHTTPD
internal import Dispatch
internal import Glibc
internal import Synchronization

/// How a server listens.
public struct HTTPServerSettings: Sendable, Equatable {
    /// **Default** loopback: nobody outside is served unless configured.
    public var host: String
    /// 0: any that is free.
    public var port: UInt16
    /// Threads that serve. **Default** 2, **range** 1…64.
    public var threads: Int
    /// Connections at a time; more wait. **Default** 256, at least `threads`.
    public var connectionsMax: Int
    /// Seconds after which a silent connection is closed. **Default** 30, **range** 1…3600.
    public var idleTimeoutSeconds: Int
    /// Seconds that `stop` waits for requests under way. **Default** 5.
    public var drainSeconds: Int

    public init(
        host: String = "127.0.0.1",
        port: UInt16 = 0,
        threads: Int = 2,
        connectionsMax: Int = 256,
        idleTimeoutSeconds: Int = 30,
        drainSeconds: Int = 5
    ) {
        self.host = host
        self.port = port
        self.threads = threads
        self.connectionsMax = connectionsMax
        self.idleTimeoutSeconds = idleTimeoutSeconds
        self.drainSeconds = drainSeconds
    }
}

/// A small HTTP/1.1 server: routes, handlers that return whole answers, limits on everything. By libmicrohttpd, with an
/// epoll in each of its threads.
///
/// Answers by itself: 404 for a path without a route, 405 for another method of a known path, 413 for a body over the
/// route's limit, and what is no HTTP as libmicrohttpd does.
// Sendable because the daemon is touched by init, `stop` (once, under the lock) and deinit alone; libmicrohttpd's own
// threads see only the exchange, which is Sendable.
@safe public final class HTTPServer: @unchecked Sendable {
    /// The port that it listens on.
    public let port: UInt16

    private let exchange: HTTPExchange
    private let drainSeconds: Int
    private let daemon: OpaquePointer
    private let isStopped = Mutex(false)

    /// Listens and serves from now on.
    ///
    /// Throws: `addressInUse`, `denied`, `invalid`, `io`.
    public init(_ settings: HTTPServerSettings, routes: [HTTPRoute]) throws(HTTPServerError) {
        guard (1...64).contains(settings.threads), settings.connectionsMax >= settings.threads,
            (1...3600).contains(settings.idleTimeoutSeconds), settings.drainSeconds >= 0
        else {
            throw HTTPServerError(
                .invalid,
                "threads must be 1 to 64, connections at least as many, the idle timeout 1 to 3600 s, the drain 0 s or more"
            )
        }
        let socket = try ListeningSocket(host: settings.host, port: settings.port, backlog: 128)
        let exchange = HTTPExchange(routes: routes)
        let daemon = unsafe tabiji_http_start(
            socket.descriptor,
            UInt32(clamping: settings.threads),
            UInt32(clamping: settings.connectionsMax),
            UInt32(clamping: settings.idleTimeoutSeconds),
            answerCallback,
            completedCallback,
            // Not retained: the server holds the exchange until the daemon has stopped.
            Unmanaged.passUnretained(exchange).toOpaque()
        )
        guard let daemon = unsafe daemon else {
            _ = close(socket.descriptor)
            throw HTTPServerError(.io, "the server's threads cannot be started")
        }
        port = socket.port
        self.exchange = exchange
        drainSeconds = settings.drainSeconds
        unsafe self.daemon = daemon
    }

    deinit { stop() }

    /// Takes no more connections, lets requests under way end (for `drainSeconds` at most), then closes everything.
    /// Never call it from a handler. A second call is nothing.
    public func stop() {
        isStopped.withLock { isStopped in
            guard !isStopped else { return }
            isStopped = true
            let listening = unsafe MHD_quiesce_daemon(daemon)
            exchange.drain(seconds: drainSeconds)
            unsafe MHD_stop_daemon(daemon)
            if listening >= 0 { _ = close(listening) }
        }
    }
}
