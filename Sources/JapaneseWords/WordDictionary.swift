// SPDX-License-Identifier: Apache-2.0
internal import CMeCab
internal import Glibc

/// MeCab's dictionary, IPADIC in UTF-8: read-only, mapped into memory, shared by all who split texts.
///
/// Which words a text has is decided by it alone: the same dictionary gives the same words.
// MeCab: “Model is thread-safe”; taggers and lattices made of it are not, and each has one owner.
@safe public final class WordDictionary: @unchecked Sendable {
    /// The folder that it was read from.
    public let folder: String
    /// What it is: names, sizes and versions of its files. Equal: equal words.
    public let edition: String

    let model: OpaquePointer

    /// Where Debian and others put it, the first choice first.
    public static let usualFolders = [
        "/var/lib/mecab/dic/ipadic-utf8", "/usr/share/mecab/dic/ipadic-utf8",
        "/usr/lib/x86_64-linux-gnu/mecab/dic/ipadic-utf8", "/usr/lib/aarch64-linux-gnu/mecab/dic/ipadic-utf8",
        "/usr/local/lib/mecab/dic/ipadic",
    ]

    /// Opens the dictionary of a folder.
    ///
    /// - Parameter folder: nil: the first of the usual ones that is there.
    /// - Throws: `missing` when there is none, `unusable` when it is not IPADIC in UTF-8.
    public init(folder: String? = nil) throws(WordDictionaryError) {
        let candidates = folder.map { [$0] } ?? Self.usualFolders
        guard let found = candidates.first(where: { unsafe access("\($0)/sys.dic", R_OK) == 0 }) else {
            throw WordDictionaryError(
                code: .missing,
                message: "expected sys.dic in \(candidates.joined(separator: " or ")), found none; install "
                    + "mecab-ipadic-utf8, or name its folder (dictionary of mood/text.yaml)"
            )
        }
        // No resource file: what an administrator sets for MeCab must not change what texts mean.
        let arguments = ["mecab", "-r", "/dev/null", "-d", found]
        guard let model = unsafe Self.model(arguments) else {
            let reason = unsafe mecab_strerror(nil).map { unsafe String(cString: $0) } ?? "no reason given"
            throw WordDictionaryError(code: .unusable, message: "\(found): \(reason)")
        }
        let (edition, charset) = unsafe Self.facts(model)
        guard charset.lowercased() == "utf-8" || charset.lowercased() == "utf8" else {
            unsafe mecab_model_destroy(model)
            throw WordDictionaryError(
                code: .unusable,
                message: "\(found) is in \(charset), expected UTF-8; install mecab-ipadic-utf8"
            )
        }
        self.folder = found
        self.edition = edition
        unsafe self.model = model
    }

    deinit { unsafe mecab_model_destroy(model) }

    private static func model(_ arguments: [String]) -> OpaquePointer? {
        var copies: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        defer { unsafe copies.forEach { unsafe free($0) } }
        return unsafe copies.withUnsafeMutableBufferPointer { copies in
            unsafe mecab_model_new(Int32(copies.count), copies.baseAddress)
        }
    }

    private static func facts(_ model: OpaquePointer) -> (edition: String, charset: String) {
        var editions: [String] = []
        var charset = "UTF-8"
        var next = unsafe mecab_model_dictionary_info(model)
        while let info = unsafe next {
            let said = unsafe info.pointee.charset.map { unsafe String(cString: $0) } ?? "?"
            if editions.isEmpty { charset = said }
            unsafe editions.append("\(info.pointee.size):\(info.pointee.lsize):\(info.pointee.version)")
            unsafe next = UnsafePointer(info.pointee.next)
        }
        return (editions.joined(separator: ","), charset)
    }
}
