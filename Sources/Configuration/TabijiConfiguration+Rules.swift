// SPDX-License-Identifier: Apache-2.0
public import Touchpoints

extension TabijiConfiguration {
    /// Reads and checks one file of identity rules, written as `identity.yaml` is: to try them. The environment is not
    /// asked, and no secret is resolved.
    ///
    /// - Throws: every mistake in it; exit code 78.
    public static func rules(file: String) throws(ConfigurationProblems) -> IdentityRules {
        let slash = file.lastIndex(of: "/")
        let path = slash.map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
        let name = slash.map { String(file[file.index(after: $0)...]) } ?? file
        var folder = ConfigurationFolder(path: path, environment: [:])
        let document = folder.document(name, as: IdentityFile.self, variables: nil)
        let identity = folder.decode(IdentityFile.self, from: document)
        folder.note(identity?.findings() ?? [], in: document)
        guard let identity, folder.mistakes.isEmpty else { throw ConfigurationProblems(folder.mistakes) }
        return identity.rules
    }
}
