// SPDX-License-Identifier: Apache-2.0
internal import CMeCab

/// Splits texts into words. Each worker has its own; the dictionary is shared.
@safe public final class WordSplitter {
    private let dictionary: WordDictionary
    private let tagger: OpaquePointer
    private let lattice: OpaquePointer

    /// Nothing longer is split: MeCab counts a word's bytes in sixteen bits.
    public static let bytesMax = 32_767

    /// - Throws: `unusable` when there is no memory for it.
    public init(_ dictionary: WordDictionary) throws(WordDictionaryError) {
        guard let tagger = unsafe mecab_model_new_tagger(dictionary.model) else {
            throw WordDictionaryError(code: .unusable, message: "\(dictionary.folder): cannot make a tagger of it")
        }
        guard let lattice = unsafe mecab_model_new_lattice(dictionary.model) else {
            unsafe mecab_destroy(tagger)
            throw WordDictionaryError(code: .unusable, message: "\(dictionary.folder): cannot make a lattice of it")
        }
        self.dictionary = dictionary
        unsafe self.tagger = tagger
        unsafe self.lattice = lattice
    }

    deinit {
        unsafe mecab_lattice_destroy(lattice)
        unsafe mecab_destroy(tagger)
    }

    /// The words of a text.
    ///
    /// - Parameters:
    ///   - text: UTF-8; of one longer than `bytesMax` only the beginning is split.
    ///   - list: what was in it is forgotten.
    /// - Complexity: about 0.4 µs a character.
    public func split(_ text: [UInt8], into list: inout WordList) {
        list.words.removeAll(keepingCapacity: true)
        list.forms.removeAll(keepingCapacity: true)
        let count = min(text.count, Self.bytesMax)
        unsafe text.withUnsafeBytes { raw in
            guard let start = unsafe raw.baseAddress?.assumingMemoryBound(to: CChar.self), count > 0 else { return }
            unsafe mecab_lattice_clear(lattice)
            unsafe mecab_lattice_set_sentence2(lattice, start, count)
            guard unsafe mecab_parse_lattice(tagger, lattice) != 0 else { return }
            // The nodes point into the text and into the dictionary: they are read before the text is let go.
            var next = unsafe mecab_lattice_get_bos_node(lattice)
            while let node = unsafe next {
                unsafe Self.append(node, of: start, to: &list)
                unsafe next = node.pointee.next
            }
            unsafe mecab_lattice_clear(lattice)
        }
    }

    private static func append(
        _ node: UnsafeMutablePointer<mecab_node_t>,
        of start: UnsafePointer<CChar>,
        to list: inout WordList
    ) {
        guard unsafe node.pointee.stat <= 1, let surface = unsafe node.pointee.surface else { return }
        let begin = unsafe surface - start
        let length = unsafe Int(node.pointee.length)
        let formStart = list.forms.count
        let surfaceBytes = unsafe UnsafeRawBufferPointer(start: surface, count: length)
        if let feature = unsafe node.pointee.feature, let form = unsafe Self.form(feature) {
            unsafe list.forms.append(contentsOf: form)
        } else {
            unsafe list.forms.append(contentsOf: surfaceBytes)
        }
        list.words.append(
            unsafe Word(
                start: Int32(begin),
                end: Int32(begin + length),
                formStart: Int32(formStart),
                formEnd: Int32(list.forms.count),
                kind: kinds[min(Int(node.pointee.posid), kinds.count - 1)]
            )
        )
    }

    /// The seventh of the fields that a dictionary says of a word; nil: it says none.
    private static func form(_ feature: UnsafePointer<CChar>) -> UnsafeRawBufferPointer? {
        let comma = CChar(bitPattern: UInt8(ascii: ","))
        var cursor = unsafe feature
        var commas = 0
        while commas < 6 {
            let byte = unsafe cursor.pointee
            if byte == 0 { return nil }
            if byte == comma { commas += 1 }
            unsafe cursor += 1
        }
        let begin = unsafe cursor
        while unsafe cursor.pointee != 0, unsafe cursor.pointee != comma { unsafe cursor += 1 }
        let count = unsafe cursor - begin
        let isStar = unsafe begin.pointee == CChar(bitPattern: UInt8(ascii: "*"))
        if count == 0 || (count == 1 && isStar) { return nil }
        return unsafe UnsafeRawBufferPointer(start: begin, count: count)
    }

    /// By IPADIC's numbers of the parts of speech (its `pos-id.def`).
    private static let kinds: [Word.Kind] = {
        var kinds = [Word.Kind](repeating: .other, count: 70)
        for id in 3...9 { kinds[id] = .mark }
        (kinds[7], kinds[10], kinds[11], kinds[12]) = (.stop, .adjective, .smallAdjective, .smallAdjective)
        for id in 13...24 { kinds[id] = .particle }
        (kinds[18], kinds[25], kinds[26]) = (.conjunctiveParticle, .auxiliary, .conjunction)
        (kinds[31], kinds[32], kinds[33], kinds[34], kinds[35]) = (.verb, .smallVerb, .smallVerb, .adverb, .adverb)
        for id in 36...49 { kinds[id] = .noun }
        for id in 50...58 { kinds[id] = .suffix }
        for id in 59...60 { kinds[id] = .noun }
        for id in 61...67 { kinds[id] = .smallNoun }
        return kinds
    }()
}
