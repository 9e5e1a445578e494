// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// A socket that listens: made by ourselves, so that a failure has its true reason and port 0 is known at once.
struct ListeningSocket {
    let descriptor: Int32
    let port: UInt16

    /// `host`: an IPv4 or IPv6 address, or a name that resolves to one. `port` 0: any that is free.
    init(host: String, port: UInt16, backlog: Int32) throws(HTTPServerError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>? = nil
        let verdict = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard verdict == 0, let first = unsafe list else {
            let reason = unsafe String(cString: gai_strerror(verdict))
            throw HTTPServerError(.invalid, "cannot listen on host \(host): \(reason); give an address of this machine")
        }
        defer { unsafe freeaddrinfo(first) }
        let type = unsafe first.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = unsafe socket(first.pointee.ai_family, type, 0)
        guard descriptor >= 0 else { throw Self.failure(errno, host, port) }
        var one: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0,
            listen(descriptor, backlog) == 0,
            let bound = Self.boundPort(descriptor)
        else {
            let code = errno
            _ = close(descriptor)
            throw Self.failure(code, host, port)
        }
        self.descriptor = descriptor
        self.port = bound
    }

    private static func boundPort(_ descriptor: Int32) -> UInt16? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutableBytes(of: &address) { bytes -> UInt16? in
            let raw = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            guard unsafe getsockname(descriptor, raw, &length) == 0, length >= 4 else { return nil }
            // Of both families the port is the second pair of bytes, big-endian.
            return unsafe UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        }
    }

    private static func failure(_ code: Int32, _ host: String, _ port: UInt16) -> HTTPServerError {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let reason = unsafe String(cString: strerror(code))
        return switch code {
        case EADDRINUSE:
            HTTPServerError(
                .addressInUse,
                "cannot listen on \(place): \(reason); stop the other program or choose another port"
            )
        case EACCES, EPERM:
            HTTPServerError(.denied, "cannot listen on \(place): \(reason); choose a port of 1024 or above")
        case EADDRNOTAVAIL:
            HTTPServerError(.invalid, "cannot listen on \(place): \(reason); give an address of this machine")
        default: HTTPServerError(.io, "cannot listen on \(place): \(reason)")
        }
    }
}
