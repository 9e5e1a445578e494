// SPDX-License-Identifier: Apache-2.0
internal import CMicroHTTPD
internal import Dispatch

/// Turns libmicrohttpd's calls into requests, and handlers' responses into its answers. One for a server; its calls come
/// from all of the server's threads.
final class HTTPExchange: Sendable {
    private let routes: [HTTPRoute]
    /// One entry for each request under way.
    private let underway = DispatchGroup()

    init(routes: [HTTPRoute]) {
        self.routes = routes
    }

    func drain(seconds: Int) {
        _ = underway.wait(timeout: .now() + .seconds(seconds))
    }

    /// The head of a request is there: decides who answers, before the body comes.
    func begin(_ method: String, _ path: String) -> HTTPTask {
        underway.enter()
        let asked = method == "HEAD" ? "GET" : method
        let fitting = routes.filter { $0.fits(path) }
        guard let first = fitting.first else {
            return HTTPTask(.refused(.text("no such path\n", status: 404)))
        }
        guard let route = fitting.first(where: { $0.method.rawValue == asked }) else {
            var methods = Set(fitting.map(\.method.rawValue))
            if methods.contains("GET") { methods.insert("HEAD") }
            let allow = HTTPRequest.Field("Allow", methods.sorted().joined(separator: ", "))
            return HTTPTask(
                .refused(.text("not this method\n", status: 405, headers: [allow])),
                limit: first.bodyBytesMax
            )
        }
        return HTTPTask(.route(route, path: path), limit: route.bodyBytesMax)
    }

    func end() { underway.leave() }

    /// The request is whole: runs its handler.
    func respond(_ task: HTTPTask, query: [HTTPRequest.Field], headers: [HTTPRequest.Field]) -> HTTPResponse {
        if task.isTooLarge {
            return .text("the body is over \(task.limit) bytes\n", status: 413)
        }
        switch task.answer {
        case .refused(let response): return response
        case .route(let route, let path):
            let request = HTTPRequest(
                method: route.method,
                path: path,
                query: query,
                headers: headers,
                body: task.body
            )
            return route.handler(request)
        }
    }
}

/// One request while its body comes. Belongs to the connection, whose calls come one after the other.
final class HTTPTask {
    enum Answer {
        case refused(HTTPResponse)
        case route(HTTPRoute, path: String)
    }

    let answer: Answer
    let limit: Int
    private(set) var body: [UInt8] = []
    private var received = 0

    init(_ answer: Answer, limit: Int = 0) {
        self.answer = answer
        self.limit = limit
    }

    /// The body is over the limit; what came of it was dropped.
    var isTooLarge: Bool {
        if case .route = answer { return received > limit }
        return false
    }

    /// Takes a part of the body. Of one that is too long the rest is read and dropped, so that the client, still
    /// sending, gets to see the answer; but not for ever: false ends the connection.
    func take(_ part: UnsafeRawBufferPointer) -> Bool {
        received += part.count
        if case .route = answer, received <= limit {
            unsafe body.append(contentsOf: part)
        } else {
            body = []
        }
        return received <= limit + 64 << 20
    }
}

/// libmicrohttpd's access handler: called by one of its threads when a request's head is there, for each part of the
/// body, and when all is there. The task lives from the first call to `completedCallback`.
let answerCallback: MHD_AccessHandlerCallback = { context, connection, url, method, _, part, partBytes, slot in
    guard let context = unsafe context, let connection = unsafe connection, let slot = unsafe slot,
        let url = unsafe url, let method = unsafe method, let partBytes = unsafe partBytes
    else { return MHD_Result.NO }
    let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
    guard let held = unsafe slot.pointee else {
        let task = unsafe exchange.begin(String(cString: method), String(cString: url))
        unsafe slot.pointee = Unmanaged.passRetained(task).toOpaque()
        return MHD_Result.YES
    }
    let task = unsafe Unmanaged<HTTPTask>.fromOpaque(held).takeUnretainedValue()
    if unsafe partBytes.pointee > 0 {
        let goesOn = unsafe task.take(UnsafeRawBufferPointer(start: part, count: Int(partBytes.pointee)))
        unsafe partBytes.pointee = 0
        return goesOn ? MHD_Result.YES : MHD_Result.NO
    }
    let response = unsafe exchange.respond(
        task,
        query: fields(connection, .GET_ARGUMENT_KIND),
        headers: fields(connection, .HEADER_KIND)
    )
    return unsafe send(response, connection)
}

/// Called by one of libmicrohttpd's threads when a request has ended, however it ended.
let completedCallback: MHD_RequestCompletedCallback = { context, _, slot, _ in
    guard let context = unsafe context, let slot = unsafe slot, let held = unsafe slot.pointee else { return }
    unsafe Unmanaged<HTTPTask>.fromOpaque(held).release()
    unsafe slot.pointee = nil
    unsafe Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue().end()
}

/// Collects the fields of a kind; the list is lent to the callback for the length of the call.
private func fields(_ connection: OpaquePointer, _ kind: MHD_ValueKind) -> [HTTPRequest.Field] {
    var list: [HTTPRequest.Field] = []
    unsafe withUnsafeMutablePointer(to: &list) { list in
        _ = unsafe MHD_get_connection_values_n(
            connection,
            kind,
            { context, _, name, nameBytes, value, valueBytes in
                guard let list = unsafe context?.assumingMemoryBound(to: [HTTPRequest.Field].self) else {
                    return MHD_Result.NO
                }
                let name = unsafe text(name, nameBytes)
                let value = unsafe text(value, valueBytes)
                unsafe list.pointee.append(HTTPRequest.Field(name, value))
                return MHD_Result.YES
            },
            list
        )
    }
    return list
}

private func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count), as: UTF8.self)
}

private func send(_ response: HTTPResponse, _ connection: OpaquePointer) -> MHD_Result {
    // MUST_COPY: libmicrohttpd only reads the bytes, and only now.
    let native = unsafe response.body.withUnsafeBytes { bytes in
        unsafe MHD_create_response_from_buffer(
            bytes.count,
            UnsafeMutableRawPointer(mutating: bytes.baseAddress),
            .RESPMEM_MUST_COPY
        )
    }
    guard let native = unsafe native else { return MHD_Result.NO }
    defer { unsafe MHD_destroy_response(native) }
    unsafe MHD_add_response_header(native, "Content-Type", response.contentType)
    unsafe MHD_add_response_header(native, "X-Content-Type-Options", "nosniff")
    for header in response.headers { unsafe MHD_add_response_header(native, header.name, header.value) }
    return unsafe MHD_queue_response(connection, UInt32(clamping: response.status), native)
}
