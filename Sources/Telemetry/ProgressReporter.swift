// SPDX-License-Identifier: Apache-2.0
internal import class Foundation.FileHandle
internal import func Glibc.isatty

/// One line on a terminal that says how far a long job is. On anything but a terminal it writes nothing.
///
/// Belongs to the thread that uses it.
public struct ProgressReporter {
    private let isActive: Bool
    private let everyMs: Int
    private let write: (String) -> Void
    private var startMs: Int?
    private var lastMs = 0
    private var width = 0

    /// To standard error, if that is a terminal.
    public init() {
        self.init(isTerminal: isatty(2) == 1) { try? FileHandle.standardError.write(contentsOf: Array($0.utf8)) }
    }

    /// `everyMs`: milliseconds between two changes of the line.
    public init(isTerminal: Bool, everyMs: Int = 200, write: @escaping (String) -> Void) {
        isActive = isTerminal
        self.everyMs = everyMs
        self.write = write
    }

    /// Shows how much is done. `total` nil: nobody knows how much there is. `nowMs`: any clock that only grows.
    public mutating func update(_ label: String, done: Int, total: Int?, unit: String, nowMs: Int) {
        guard isActive else { return }
        let start = startMs ?? nowMs
        if startMs != nil, nowMs - lastMs < everyMs { return }
        startMs = start
        lastMs = nowMs
        show(Self.line(label, done: done, total: total, unit: unit, elapsedMs: nowMs - start))
    }

    /// Takes the line away.
    public mutating func finish() {
        guard isActive, width > 0 else { return }
        write("\r" + String(repeating: " ", count: width) + "\r")
        width = 0
        startMs = nil
    }

    private mutating func show(_ line: String) {
        write("\r" + line + String(repeating: " ", count: max(0, width - line.count)))
        width = line.count
    }

    static func line(_ label: String, done: Int, total: Int?, unit: String, elapsedMs: Int) -> String {
        let rate = elapsedMs > 0 ? Double(done) * 1000 / Double(elapsedMs) : 0
        let speed = rate > 0 ? " \(short(rate)) \(unit)/s" : ""
        guard let total, total > 0 else { return "\(label) \(short(Double(done))) \(unit)\(speed)" }
        let part = min(1, Double(done) / Double(total))
        let full = Int(part * 20)
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: 20 - full)
        let left = rate > 0 ? " \(duration(Double(max(0, total - done)) / rate)) left" : ""
        return "\(label) \(bar) \(Int(part * 100)) %\(speed)\(left)"
    }

    private static func short(_ number: Double) -> String {
        for (limit, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where number >= limit {
            return "\((number / limit * 10).rounded() / 10) \(letter)"
        }
        return "\(Int(number.rounded()))"
    }

    private static func duration(_ seconds: Double) -> String {
        let seconds = Int(min(seconds, 359_999).rounded())
        if seconds >= 3600 { return "\(seconds / 3600) h \(seconds / 60 % 60) min" }
        return seconds >= 60 ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds) s"
    }
}
