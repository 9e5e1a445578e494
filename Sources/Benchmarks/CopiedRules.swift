// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Journeys
internal import Pipeline

/// The shipped configuration with each alert rule several times, under other names.
struct CopiedRules {
    private let configuration: TabijiConfiguration
    private let times: Int

    init(of configuration: TabijiConfiguration, times: Int) {
        self.configuration = configuration
        self.times = times
    }

    func rulebook() throws -> Rulebook {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let copy = folder.path("config")
        try FileManager.default.copyItem(atPath: configuration.directory, toPath: copy)
        let path = copy + "/alerts.yaml"
        try write(String(contentsOfFile: path, encoding: .utf8)).write(toFile: path, atomically: true, encoding: .utf8)
        return try TabijiConfiguration.load(directory: copy, environment: ["TABIJI_IDENTIFIER_KEY": "tabiji"]).rulebook
    }

    /// Each rule begins with `  - rule:`; what does not begin with blanks ends the list.
    private func write(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.firstIndex(where: { $0.hasPrefix("  - rule: ") }) else { return text }
        let end = lines[first...].firstIndex { !$0.isEmpty && !$0.hasPrefix(" ") } ?? lines.endIndex
        var out = Array(lines[..<first])
        for number in 0..<times {
            for line in lines[first..<end] {
                out.append(line.hasPrefix("  - rule: ") && number > 0 ? line + "_\(number)" : line)
            }
        }
        return (out + lines[end...]).joined(separator: "\n")
    }
}
