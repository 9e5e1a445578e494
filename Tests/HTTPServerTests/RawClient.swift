// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A client that sends bytes as told and returns what comes, to the end of the connection.
struct RawClient {
    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    let descriptor: Int32

    init?(port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            close(descriptor)
            return nil
        }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        self.descriptor = descriptor
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Everything up to the end of the connection, as text.
    func receive() -> String {
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &block, block.count, 0)
            guard count > 0 else { break }
            all += block[..<count]
        }
        close(descriptor)
        return String(decoding: all, as: UTF8.self)
    }

    /// One request on a connection of its own.
    static func ask(_ port: UInt16, _ method: String, _ target: String, headers: String = "", body: [UInt8]? = nil)
        -> Answer?
    {
        guard let client = RawClient(port: port) else { return nil }
        let length = body.map { "Content-Length: \($0.count)\r\n" } ?? ""
        client.send("\(method) \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(length)\(headers)\r\n")
        if let body { client.send(body) }
        return Answer(client.receive())
    }
}

extension RawClient.Answer {
    init?(_ text: String) {
        // A carriage return with a line feed is one character of a String.
        let bytes = Array(text.utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) }) else {
            return nil
        }
        let lines = bytes[..<end].split(separator: 10).map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespaces.union(.newlines))
        }
        let parts = (lines.first ?? "").split(separator: " ")
        guard parts.count > 1, let status = Int(parts[1]) else { return nil }
        self.status = status
        headers = [:]
        for line in lines.dropFirst() {
            let field = line.split(separator: ":", maxSplits: 1)
            if field.count == 2 { headers[field[0].lowercased()] = field[1].trimmingCharacters(in: .whitespaces) }
        }
        body = String(decoding: bytes[(end + 4)...], as: UTF8.self)
    }
}
