// SPDX-License-Identifier: Apache-2.0

/// A YAML document as a tree of nodes with marks.
///
/// One document per text; anchors and aliases are followed; keys are scalars, none twice in a mapping; of tags only `!!str` is
/// known. What it can hold is bounded: 64 levels, and 1,000,000 nodes with aliases written out.
public struct YAMLDocument: Sendable {
    /// An empty text is an empty mapping.
    public var root: YAMLNode

    /// A document made elsewhere.
    public init(root: YAMLNode) { self.root = root }

    /// - Parameters:
    ///   - text: UTF-8.
    ///   - source: the name that mistakes carry, usually the file's path.
    /// - Throws: every doubled key, or the first place where the text is no YAML.
    public init(parsing text: String, source: String) throws(YAMLMistakes) {
        try self.init(parsing: Array(text.utf8), source: source)
    }

    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - source: the name that mistakes carry, usually the file's path.
    /// - Throws: every doubled key, or the first place where the text is no YAML.
    public init(parsing bytes: [UInt8], source: String) throws(YAMLMistakes) {
        var composer: YAMLComposer
        do {
            composer = YAMLComposer(events: try YAMLEvent.all(of: bytes, source: source), source: source)
            root = try composer.document()
        } catch {
            throw YAMLMistakes([error])
        }
        guard composer.mistakes.isEmpty else { throw YAMLMistakes(composer.mistakes) }
    }
}
