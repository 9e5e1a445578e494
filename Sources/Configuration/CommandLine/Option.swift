// SPDX-License-Identifier: Apache-2.0

/// One option of a command.
package struct Option: Sendable {
    package enum Arity: Sendable { case flag, one, many }

    package var name: String
    /// What its value is called in the help.
    package var value: String
    package var arity: Arity
    package var help: String

    package init(name: String, value: String = "", arity: Arity = .one, help: String) {
        self.name = name
        self.value = value
        self.arity = arity
        self.help = help
    }
}

extension [Option] {
    /// A line for each.
    package var help: [String] {
        let width = map { $0.name.count + $0.value.count + 1 }.max() ?? 0
        return map { option in
            let left = option.value.isEmpty ? option.name : "\(option.name) \(option.value)"
            return "  " + left + String(repeating: " ", count: width + 2 - left.count) + option.help
        }
    }
}
