// SPDX-License-Identifier: Apache-2.0

/// The methods that routes can answer. HEAD is answered by GET's handler, without the body.
public enum HTTPMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
}

/// What a client asks.
public struct HTTPRequest: Sendable {
    /// A name with its value. Names of headers compare without case.
    public struct Field: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var method: HTTPMethod
    /// Decoded, without the query.
    public var path: String
    /// Decoded, in the order of the request.
    public var query: [Field]
    public var headers: [Field]
    /// At most the route's limit.
    public var body: [UInt8]

    public init(method: HTTPMethod, path: String, query: [Field] = [], headers: [Field] = [], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The first value of a query's name.
    public func queryValue(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// The first value of a header.
    public func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }
}

/// What the server answers.
public struct HTTPResponse: Sendable, Equatable {
    public var status: Int
    public var contentType: String
    /// Beside the content's type and length.
    public var headers: [HTTPRequest.Field]
    public var body: [UInt8]

    public init(status: Int = 200, contentType: String, headers: [HTTPRequest.Field] = [], body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// A line or a page of plain text.
    public static func text(_ text: String, status: Int = 200, headers: [HTTPRequest.Field] = []) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", headers: headers, body: Array(text.utf8))
    }

    /// JSON that is written already.
    public static func json(_ body: [UInt8], status: Int = 200, headers: [HTTPRequest.Field] = []) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", headers: headers, body: body)
    }
}

/// Which handler answers what.
public struct HTTPRoute: Sendable {
    /// Runs on one of the server's threads; others wait for that thread meanwhile.
    public typealias Handler = @Sendable (HTTPRequest) -> HTTPResponse

    public var method: HTTPMethod
    /// A whole path, or one that ends with `/*` for everything below it. The first that fits answers.
    public var path: String
    /// Bytes of a body that are taken, **default** 1 MiB. Longer ones are answered with 413.
    public var bodyBytesMax: Int
    public var handler: Handler

    public init(_ method: HTTPMethod, _ path: String, bodyBytesMax: Int = 1 << 20, _ handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.bodyBytesMax = bodyBytesMax
        self.handler = handler
    }

    func fits(_ requested: String) -> Bool {
        path.hasSuffix("/*") ? requested.hasPrefix(path.dropLast()) : requested == path
    }
}
