// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation

/// The configuration that a command works with.
enum Configured {
    /// - Parameter overrides: settings that the command line makes, as environment variables.
    static func load(_ arguments: Arguments, overrides: [String: String] = [:]) throws -> TabijiConfiguration {
        let environment = ProcessInfo.processInfo.environment.merging(overrides) { _, ours in ours }
        let directory = try ConfigurationDirectory.find(asked: arguments.one("--config"), environment: environment)
        return try TabijiConfiguration.load(directory: directory, environment: environment)
    }
}

/// A line on the terminal that says how far long work is; nothing when standard error is no terminal.
final class ProgressBar {
    private let title: String
    private let isTerminal = isatty(2) == 1
    private var shown = Date.distantPast

    init(_ title: String) { self.title = title }

    func show(_ text: String) {
        guard isTerminal, Date().timeIntervalSince(shown) > 0.1 else { return }
        shown = Date()
        Console.error("\r\u{1b}[K\(title): \(text)")
    }

    func clear() {
        if isTerminal { Console.error("\r\u{1b}[K") }
    }
}
