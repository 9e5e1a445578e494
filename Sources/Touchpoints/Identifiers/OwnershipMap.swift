// SPDX-License-Identifier: Apache-2.0
public import Digests

/// Who gets the events that name an identifier as their strongest, by event time.
public struct OwnershipMap: Sendable, Equatable {
    public var identifier: Identifier
    /// Rises with each change of any map of the identity partition; 0: nobody has decided.
    public var version: UInt64
    /// In order of time; the first reaches back for ever.
    public var spans: [Span]

    public struct Span: Sendable, Equatable {
        public var fromMs: Int64
        /// nil: nobody, for the identifier is a hub.
        public var customer: Hash128?

        public init(fromMs: Int64, customer: Hash128?) {
            self.fromMs = fromMs
            self.customer = customer
        }
    }

    /// The start of the first span of every map.
    public static let forever = Int64.min

    public init(identifier: Identifier, version: UInt64, spans: [Span]) {
        self.identifier = identifier
        self.version = version
        self.spans = spans
    }

    /// Before anybody decided: its own customer.
    public static func firstHome(_ identifier: Identifier) -> OwnershipMap {
        OwnershipMap(identifier: identifier, version: 0, spans: [Span(fromMs: forever, customer: identifier.hash)])
    }

    /// Whose an event of this time is; nil: nobody's, a hub.
    public func owner(atMs timeMs: Int64) -> Hash128? {
        var owner = spans.first?.customer
        for span in spans where timeMs >= span.fromMs { owner = span.customer }
        return owner
    }
}

extension ByteWriter {
    public mutating func ownershipMap(_ map: OwnershipMap) {
        identifier(map.identifier)
        varint(map.version)
        count(map.spans.count)
        for span in map.spans {
            word64(UInt64(bitPattern: span.fromMs))
            byte(span.customer == nil ? 0 : 1)
            if let customer = span.customer { hash(customer) }
        }
    }
}

extension ByteReader {
    public mutating func ownershipMap() throws(PackedError) -> OwnershipMap {
        let identifier = try identifier()
        let version = try varint()
        var spans: [OwnershipMap.Span] = []
        for _ in 0..<(try count()) {
            let from = Int64(bitPattern: try word64())
            spans.append(.init(fromMs: from, customer: try byte() == 0 ? nil : try hash()))
        }
        return OwnershipMap(identifier: identifier, version: version, spans: spans)
    }
}
