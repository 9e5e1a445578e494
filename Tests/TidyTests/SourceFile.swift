// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One text file of the repository.
struct SourceFile: Sendable {
    /// From the repository's root.
    let path: String
    let text: String
    let lines: [Substring]
    /// The lines with everything blank that is no code: remarks, texts, quoted names.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = path.hasSuffix(".swift") ? CodeReader.code(of: text) : []
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var name: String { String(path.split(separator: "/").last ?? "") }

    /// The folder under `Sources` or `Tests`.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && (parts[0] == "Sources" || parts[0] == "Tests") ? String(parts[1]) : nil
    }

    /// The lines of code that a pattern is found in, as `path:line: line`.
    ///
    /// - Parameters:
    ///   - pattern: what must not be.
    ///   - hints: words of which every such line has one: where they are missing nothing is searched.
    /// - Returns: one text for each line.
    func offences(_ pattern: some RegexComponent, hints: [String]) -> [String] {
        guard hints.contains(where: { text.contains($0) }) else { return [] }
        return found(pattern, in: code, hints: hints)
    }

    /// The same, in remarks and texts too.
    func mentions(_ pattern: some RegexComponent, hints: [String]) -> [String] {
        guard hints.contains(where: { text.contains($0) }) else { return [] }
        return found(pattern, in: lines.map { String($0) }, hints: hints)
    }

    private func found(_ pattern: some RegexComponent, in searched: [String], hints: [String]) -> [String] {
        searched.enumerated().filter { _, line in hints.contains { line.contains($0) } && line.contains(pattern) }
            .map { number, _ in "\(path):\(number + 1): \(lines[number])" }
    }
}

/// Tells code from remarks and texts, well enough for these rules.
enum CodeReader {
    private enum State { case code, line, block, text, long, name }

    static func code(of text: String) -> [String] {
        var state = State.code
        var hashes = 0
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        /// The bytes from here on, if what stands here can begin or end something at all.
        func follows(_ first: UInt8, _ second: UInt8, _ third: UInt8? = nil) -> Bool {
            index + 2 < bytes.count && bytes[index] == first && bytes[index + 1] == second
                && (third == nil || bytes[index + 2] == third)
        }
        let (slash, star, quote) = (UInt8(ascii: "/"), UInt8(ascii: "*"), UInt8(ascii: "\""))
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 10 {
                out.append(byte)
                index += 1
                // A line's end ends all but what spans lines: a quote in a pattern does no harm beyond its line.
                if state != .block && state != .long { state = .code }
                continue
            }
            var step = 1
            let before = state
            switch state {
            case .code:
                if follows(slash, slash) {
                    state = .line
                } else if follows(slash, star) {
                    state = .block
                } else if follows(quote, quote, quote) {
                    (state, step) = (.long, 3)
                } else if byte == UInt8(ascii: "\"") {
                    state = .text
                    hashes = out.last == UInt8(ascii: "#") ? 1 : 0
                } else if byte == UInt8(ascii: "`") {
                    state = .name
                }
            case .text:
                if byte == UInt8(ascii: "\\"), hashes == 0 {
                    step = 2
                } else if byte == UInt8(ascii: "\""),
                    hashes == 0 || index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "#")
                {
                    state = .code
                }
            case .long where follows(quote, quote, quote): (state, step) = (.code, 3)
            case .block where follows(star, slash): (state, step) = (.code, 2)
            case .name where byte == UInt8(ascii: "`"): state = .code
            default: break
            }
            let isCode = before == .code && state == .code
            for offset in 0..<step where index + offset < bytes.count {
                let skipped = bytes[index + offset]
                out.append(skipped == 10 ? 10 : isCode ? skipped : 32)
            }
            index += step
        }
        return String(decoding: out, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map {
            String($0)
        }
    }
}
