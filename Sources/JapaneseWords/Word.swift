// SPDX-License-Identifier: Apache-2.0

/// One word of a text.
public struct Word: Sendable, Equatable {
    /// Where it is in the text, in bytes.
    public var start: Int32
    public var end: Int32
    /// Where its dictionary form is in the list's forms.
    public var formStart: Int32
    public var formEnd: Int32
    public var kind: Kind

    /// What a word is, as far as anybody asks.
    public enum Kind: UInt8, Sendable {
        case noun
        /// A noun that counts, or stands for another.
        case smallNoun
        /// A noun that is the ending of another word.
        case suffix
        case verb
        /// A verb that leans on another (ている, てしまう).
        case smallVerb
        case adjective
        case smallAdjective
        case adverb
        case auxiliary
        case particle
        /// A particle that joins two clauses.
        case conjunctiveParticle
        case conjunction
        case mark
        /// A full stop, in Japanese.
        case stop
        case other
    }
}

/// The words of one text; used again for the next, so that nothing is allocated.
public struct WordList: Sendable {
    public internal(set) var words: [Word] = []
    /// The dictionary forms, one after the other.
    public internal(set) var forms: [UInt8] = []

    public init() {}
}
