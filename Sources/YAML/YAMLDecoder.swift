// SPDX-License-Identifier: Apache-2.0

/// Decodes plain `Decodable` types from a tree of nodes, and reports as many mistakes as there are, not only the first.
///
/// How: what fails is noted and passed over (it counts as absent, an element of a list is left out), and the decoding is run
/// again until nothing new fails. So a type's own `init(from:)` sees ordinary errors and may catch them. At the end every key
/// of a mapping that no type asked for is a mistake too; a type that looks at `allKeys` takes any key.
public struct YAMLDecoder: Sendable {
    private static let mistakesMax = 100

    /// A decoder keeps nothing between documents.
    public init() {}

    /// - Throws: all mistakes, each with its place.
    public func decode<T: Decodable>(_ type: T.Type, from document: YAMLDocument) throws(YAMLMistakes) -> T {
        let (value, mistakes) = attempt(type, from: document)
        guard let value, mistakes.isEmpty else { throw YAMLMistakes(mistakes) }
        return value
    }

    /// The value, with defaults where something is wrong (nil: not even that), and all mistakes; empty when there are none.
    public func attempt<T: Decodable>(_ type: T.Type, from document: YAMLDocument) -> (
        value: T?, mistakes: [YAMLMistake]
    ) {
        let run = DecodingRun(root: document.root)
        var mistakes: [YAMLMistake] = []
        var value: T?
        while mistakes.count < Self.mistakesMax {
            do {
                value = try run.value(type, of: document.root, at: YAMLPath())
                break
            } catch {
                let (path, message) = Self.describe(error)
                if !run.passedOver.contains(path) {
                    mistakes.append(YAMLMistake(mark: document.root.mark(at: path), path: path, message: message))
                }
                guard run.passOver(path) else { break }
            }
        }
        return (value, YAMLMistakes(mistakes + run.unknownKeys()).list)
    }

    private static func describe(_ error: any Error) -> (path: YAMLPath, message: String) {
        switch error as? DecodingError {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            return (YAMLPath(context.codingPath), context.debugDescription)
        case .keyNotFound(let key, let context):
            return (YAMLPath(context.codingPath + [key]), "expected this key, which is required")
        default:
            return (YAMLPath(), "\(error)")
        }
    }
}
