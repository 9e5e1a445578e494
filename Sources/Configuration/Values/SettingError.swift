// SPDX-License-Identifier: Apache-2.0

/// What is wrong with one value; its place is known to whoever reads it.
struct SettingError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
