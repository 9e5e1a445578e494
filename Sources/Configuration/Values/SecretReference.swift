// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Where a secret is: `env:NAME` or `file:PATH`.
///
/// Secrets themselves do not stand in configuration files.
public enum SecretReference: Sendable, Hashable, Decodable, CustomStringConvertible {
    case environment(String)
    /// The file's text, without line ends at its end.
    case file(String)

    /// Reads `env:NAME` or `file:PATH`; nil for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("env:"), text.count > 4 {
            self = .environment(String(text.dropFirst(4)))
        } else if text.hasPrefix("file:"), text.count > 5 {
            self = .file(String(text.dropFirst(5)))
        } else {
            return nil
        }
    }

    /// Reads it from one scalar.
    public init(from decoder: any Decoder) throws {
        guard let reference = SecretReference(try decoder.singleValueContainer().decode(String.self)) else {
            throw SettingError("expected a reference to the secret, env:NAME or file:PATH, not the secret itself")
        }
        self = reference
    }

    /// As it is written in files.
    public var description: String {
        switch self {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        }
    }

    /// The secret.
    ///
    /// **Throws** what is missing and what to do; never the secret.
    func resolve(_ environment: [String: String]) throws(SettingError) -> String {
        switch self {
        case .environment(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw SettingError(
                    "expected a secret in the environment variable \(name), which is not set: export \(name)=…"
                )
            }
            return value
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
            else {
                throw SettingError("expected a secret in the file \(path), which cannot be read")
            }
            let value = text.trimmingSuffix { $0.isNewline }
            guard !value.isEmpty else { throw SettingError("expected a secret in the file \(path), which is empty") }
            return value
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }
}
