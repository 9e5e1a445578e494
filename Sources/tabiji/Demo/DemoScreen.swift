// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Lines one after the other; on a terminal with one line of live counts below them, written again in place.
struct DemoScreen {
    let isTerminal = isatty(1) == 1
    private var counts = ""

    var paint: Paint { Paint(isOn: isTerminal && ProcessInfo.processInfo.environment["NO_COLOR"] == nil) }

    mutating func write(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        let text = lines.map { $0 + "\n" }.joined()
        Console.out(isTerminal ? "\r\u{1b}[K\(text)\(counts)" : text)
    }

    /// Shows the counts below the story; nothing where the output is no terminal.
    mutating func show(_ counts: String) {
        guard isTerminal else { return }
        self.counts = paint(.dim, counts)
        Console.out("\r\u{1b}[K\(self.counts)")
    }

    /// The counts stand no longer below the story.
    mutating func clear() {
        if isTerminal { Console.out("\r\u{1b}[K") }
        counts = ""
    }
}
