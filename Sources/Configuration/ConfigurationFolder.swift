// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import YAML

/// Reads the files of one folder and gathers the mistakes in them.
struct ConfigurationFolder {
    let path: String
    private(set) var mistakes: [ConfigurationMistake] = []
    /// The environment variables that files name as places of secrets.
    private(set) var secretVariables: Set<String> = []
    /// Of what was read.
    private(set) var print = RulesPrint()
    private var overrides: EnvironmentOverrides
    /// Files that are absent or no YAML: that is one mistake, not one per required key.
    private var unreadable: Set<String> = []
    /// What was read, by name.
    private var roots: [String: YAMLNode] = [:]

    init(path: String, environment: [String: String]) {
        self.path = path
        overrides = EnvironmentOverrides(environment)
    }

    /// A file with what the environment says put into it.
    ///
    /// An absent file is a mistake, and empty.
    ///
    /// - Parameters:
    ///   - name: `identity.yaml`, `journeys/purchase.yaml`
    ///   - type: what it is decoded to.
    ///   - variables: what follows `TABIJI_` in the names of its settings; nil: it has none in the environment.
    /// - Returns: the tree, to be decoded.
    mutating func document<T: Decodable>(_ name: String, as type: T.Type, variables: String?) -> YAMLDocument {
        let file = file(name)
        var document = YAMLDocument(root: YAMLNode(.mapping([]), mark: YAMLMark(source: file)))
        if let bytes = FileManager.default.contents(atPath: file) {
            do {
                document = try YAMLDocument(parsing: [UInt8](bytes), source: file)
            } catch {
                unreadable.insert(file)
                mistakes += error.list.map(ConfigurationMistake.init)
            }
        } else {
            unreadable.insert(file)
            mistakes.append(
                ConfigurationMistake(source: file, message: "expected this file, found none that can be read")
            )
        }
        if let variables { mistakes += overrides.apply(file: variables, shape: YAMLShape(of: type), to: &document) }
        noteSecrets(in: document.root)
        roots[name] = document.root
        print.note(name, document.root)
        return document
    }

    /// Decodes a document; with mistakes, what could be read.
    mutating func decode<T: Decodable>(_ type: T.Type, from document: YAMLDocument) -> T? {
        guard !unreadable.contains(document.root.mark.source) else { return nil }
        let (value, found) = YAMLDecoder().attempt(type, from: document)
        mistakes += found.map(ConfigurationMistake.init)
        return value
    }

    /// Reads and decodes a file without settings in the environment; nil when it is absent or nothing of it can be read.
    mutating func file<T: Decodable>(_ name: String, as type: T.Type) -> T? {
        let document = document(name, as: type, variables: nil)
        return decode(type, from: document)
    }

    /// The bytes of a file that is no YAML; nil, and a mistake, when there is none.
    mutating func bytes(_ name: String) -> [UInt8]? {
        let file = file(name)
        guard let bytes = FileManager.default.contents(atPath: file) else {
            mistakes.append(
                ConfigurationMistake(source: file, message: "expected this file, found none that can be read")
            )
            return nil
        }
        print.note(name, [UInt8](bytes))
        return [UInt8](bytes)
    }

    /// Places a mistake in a line of a file that is no YAML.
    mutating func note(_ name: String, line: Int, _ message: String) {
        let file = file(name)
        mistakes.append(ConfigurationMistake(source: file, line: line, column: 1, message: message))
    }

    /// Whether a file that was read has no mistakes.
    func isSound(_ name: String) -> Bool { !mistakes.contains { $0.source == file(name) } }

    /// The first steps of the keys that are wrong in a file, and those that are so as a whole.
    func wrongParts(of name: String) -> (all: Set<String>, wholes: Set<String>) {
        let keys = mistakes.filter { $0.source == file(name) }.map(\.key)
        return (Set(keys.map(Self.part)), Set(keys.filter { $0 == Self.part($0) }))
    }

    /// Of `rules[2].within` it is `rules[2]`.
    static func part(_ key: String) -> String { String(key.prefix { $0 != "." }) }

    /// The path of a file in the folder.
    private func file(_ name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

    /// Reads and decodes every `.yaml` file of a folder in the folder, by name; none when there is no such folder.
    mutating func files<T: Decodable>(
        in folder: String,
        as type: T.Type,
        except: Set<String> = []
    ) -> [(name: String, value: T)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: file(folder))) ?? []
        for name in names.sorted() where name.lowercased().hasSuffix(".yml") || name.hasSuffix(".YAML") {
            let message = "expected a name that ends in .yaml: this file is not read"
            mistakes.append(ConfigurationMistake(source: file("\(folder)/\(name)"), message: message))
        }
        return names.filter { $0.hasSuffix(".yaml") && !except.contains($0) }.sorted().compactMap { name in
            file("\(folder)/\(name)", as: type).map { (name: String(name.dropLast(5)), value: $0) }
        }
    }

    /// Places a mistake in a file that was read.
    ///
    /// - Parameters:
    ///   - name: of the file, as it was read.
    ///   - path: as it is written: `stages[2].enter[0].type`.
    ///   - message: what was expected and what was found.
    mutating func note(_ name: String, at path: String, _ message: String) {
        let place = YAMLPath(written: path)
        let mark = roots[name]?.mark(at: place) ?? YAMLMark(source: "\(self.path)/\(name)")
        mistakes.append(ConfigurationMistake(YAMLMistake(mark: mark, path: place, message: message)))
    }

    /// Places findings in the document that they are about, except where a key is known to be wrong already.
    mutating func note(_ findings: [Finding], in document: YAMLDocument) {
        let wrong = Set(mistakes.map(Self.place))
        mistakes += findings.map { finding in
            let mark = document.root.mark(at: finding.path)
            return ConfigurationMistake(YAMLMistake(mark: mark, path: finding.path, message: finding.message))
        }.filter { !wrong.contains(Self.place($0)) }
    }

    private static func place(_ mistake: ConfigurationMistake) -> [String] { [mistake.source, mistake.key] }

    /// Call last: which variables nobody understood.
    ///
    /// - Parameter reference: of a secret that may stand in no file, because it is a default.
    mutating func noteUnknownVariables(beside reference: SecretReference) {
        if case .environment(let name) = reference { secretVariables.insert(name) }
        mistakes += overrides.unknown(secrets: secretVariables)
    }

    private mutating func noteSecrets(in node: YAMLNode) {
        switch node.content {
        case .scalar(let scalar):
            if case .environment(let name) = SecretReference(scalar.text) { secretVariables.insert(name) }
        case .sequence(let elements): for element in elements { noteSecrets(in: element) }
        case .mapping(let entries): for entry in entries { noteSecrets(in: entry.value) }
        }
    }
}
