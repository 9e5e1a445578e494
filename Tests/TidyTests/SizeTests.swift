// SPDX-License-Identifier: Apache-2.0
import Testing

private let linesOfAFile = 600
private let linesOfAFunction = 70
private let columns = 120

private func longLines(_ file: SourceFile) -> [String] {
    // Remarks, and lines with a text in them, may be longer: a link or a message is not broken.
    file.code.enumerated().filter { $1.utf8.count > columns && $1.trimmedEnd.count > columns }
        .filter { number, _ in !file.lines[number].contains("\"") }
        .map { "\(file.path):\($0 + 1): \($1.count) columns" }
}

private func isFunction(_ line: String) -> Bool {
    ["func ", "init(", "init?(", "init<", "subscript("].contains { line.contains($0) } && !line.contains("import ")
}

/// Functions, initialisers and the like with more lines than they may have, their braces included.
private func longFunctions(_ file: SourceFile) -> [String] {
    var found: [String] = []
    var open: (line: Int, depth: Int)?
    var waiting: Int?
    var depth = 0
    for (number, line) in file.code.enumerated() {
        if open == nil, isFunction(line) {
            waiting = number
        }
        for character in line.utf8 {
            if character == UInt8(ascii: "{") {
                depth += 1
                if let line = waiting { (open, waiting) = ((line, depth), nil) }
            } else if character == UInt8(ascii: "}") {
                waiting = nil
                if let function = open, function.depth == depth {
                    if number - function.line + 1 > linesOfAFunction {
                        found.append("\(file.path):\(function.line + 1): \(number - function.line + 1) lines")
                    }
                    open = nil
                }
                depth -= 1
            }
        }
    }
    return found
}

extension String {
    fileprivate var trimmedEnd: Substring {
        var rest = self[...]
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}

@Suite struct `Size` {
    @Test func `no file is longer than 600 lines`() {
        let long = Repository.swift.filter { $0.lines.count > linesOfAFile + 1 }.map {
            "\($0.path): \($0.lines.count) lines"
        }
        #expect(long.isEmpty)
    }

    @Test func `no function is longer than 70 lines`() {
        let body = String(repeating: "    work()\n", count: 69)
        #expect(longFunctions(offender("func a(\n) {\n\(body)}\n")).count == 1)
        #expect(longFunctions(offender("protocol P {\n    func a()\n}\nfunc b() {\n    work()\n}\n\(body)")).isEmpty)
        #expect(Repository.sources.flatMap(longFunctions).isEmpty)
    }

    @Test func `no line is longer than 120 columns`() {
        #expect(longLines(offender(String(repeating: "x", count: 121))).count == 1)
        #expect(longLines(offender("let text = \"" + String(repeating: "x", count: 121) + "\"")).isEmpty)
        #expect(Repository.sources.flatMap(longLines).isEmpty)
    }
}
