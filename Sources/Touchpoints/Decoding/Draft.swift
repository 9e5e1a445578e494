// SPDX-License-Identifier: Apache-2.0

/// What the three formats are brought to before an event is made of it. Numbers are elements of the document.
struct Draft {
    enum Name {
        case absent
        /// Something, of whatever kind, in the document.
        case element(Int)
        case text(String)
    }

    /// One identifier's values: a namespace (an element, or an index of the decoder's namespaces) and what was given.
    struct Named {
        enum Namespace {
            case element(Int)
            case known(Int)
            /// Of Segment's own, not configured here.
            case unknown(String)
        }

        var namespace: Namespace
        var value: Int
    }

    /// What tells the time; nil is missing.
    enum Clock {
        case at(Int?)
        /// A clock that is wrong by what lies between sending and receiving.
        case corrected(original: Int, received: Int, sent: Int)
    }

    /// What the content hash is of.
    enum Content {
        /// All of the root.
        case native
        /// The root, without tracing.
        case cloudEvent
        /// The root, without what differs between copies.
        case segment(hasOriginal: Bool)
    }

    var id: Int?
    var type = Name.absent
    /// The type as the key has it.
    var typeAsItCame: Int?
    var source: Int?
    var channel = Name.absent
    var realm: Int?
    var clock = Clock.at(nil)
    /// The `identifiers` object; nil: none, or of Segment, where `paths` has them.
    var identifiers: Int?
    /// Segment: what the key has in place of the identifiers, sorted by path.
    var paths: [(path: String, value: Int)] = []
    var named: [Named] = []
    /// The `properties` object as it came.
    var propertiesObject: Int?
    var properties: [DraftMember] = []
    var traits: [DraftMember] = []
    /// `consent.identity`.
    var consent: Int?
    var content = Content.native
    var unknown: [String] = []
    var isSegment = false
}
