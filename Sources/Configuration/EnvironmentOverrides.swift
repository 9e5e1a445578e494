// SPDX-License-Identifier: Apache-2.0
internal import YAML

/// Settings out of the environment: `TABIJI_KAFKA_BOOTSTRAP` stands for the key `kafka.bootstrap` of `tabiji.yaml`,
/// `TABIJI_IDENTITY_MAX_IDENTIFIERS` for `max_identifiers` of `identity.yaml`.
///
/// They win over the files.
///
/// A scalar is written as it is; lists with commas, or as YAML in brackets; mappings as YAML in braces. An empty variable is
/// an absent one.
struct EnvironmentOverrides {
    static let prefix = "TABIJI_"
    /// Variables of that prefix that are no settings.
    static let others: Set<String> = ["TABIJI_CONFIG", "TABIJI_IDENTIFIER_KEY", "TABIJI_TEST_KAFKA", "TABIJI_SHARED"]

    private let variables: [(name: String, value: String)]
    private var used: Set<String> = []
    private var known: Set<String> = []

    init(_ environment: [String: String]) {
        variables = environment.filter { $0.key.hasPrefix(Self.prefix) && !$0.value.isEmpty }
            .sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    /// Puts what is meant for a file into its tree.
    ///
    /// - Parameters:
    ///   - file: what follows the prefix in the names of the file's keys: `IDENTITY_`, or nothing.
    ///   - shape: the keys that the file may have.
    ///   - document: the file.
    /// - Returns: the values that are no YAML.
    mutating func apply(file: String, shape: YAMLShape, to document: inout YAMLDocument) -> [ConfigurationMistake] {
        var mistakes: [ConfigurationMistake] = []
        known.formUnion(
            shape.keyPaths.filter { !$0.contains { "[*".contains($0) } }.map { Self.prefix + file + Self.spelled($0) }
        )
        for (name, value) in variables where name.hasPrefix(Self.prefix + file) {
            let rest = String(name.dropFirst(Self.prefix.count + file.count))
            guard let (path, shape) = Self.find(rest, in: shape, beside: document.root) else { continue }
            used.insert(name)
            do throws(ConfigurationMistake) {
                document.root.set(try Self.node(value, name: name, shape: shape), at: path)
            } catch {
                mistakes.append(error)
            }
        }
        return mistakes
    }

    /// The variables that mean nothing.
    ///
    /// - Parameter secrets: the variables that `env:NAME` names somewhere.
    /// - Returns: one mistake for each.
    func unknown(secrets: Set<String>) -> [ConfigurationMistake] {
        variables.map(\.name).filter { !used.contains($0) && !Self.others.contains($0) && !secrets.contains($0) }.map {
            name in
            let advice =
                NearestName.of(name, among: known).map { "; did you mean \($0)?" } ?? "; see docs/configuration"
            return ConfigurationMistake(source: name, message: "expected the name of a setting, found \(name)\(advice)")
        }
    }

    private static func spelled(_ key: String) -> String {
        String(key.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }

    /// The keys that a name without its prefix spells.
    private static func find(_ rest: String, in shape: YAMLShape, beside node: YAMLNode?) -> (
        path: [String], shape: YAMLShape
    )? {
        if rest.isEmpty { return ([], shape) }
        let present = node?.entries?.map(\.key) ?? []
        var candidates: [(key: String, shape: YAMLShape)] = []
        switch shape {
        case .mapping(let keys): candidates = keys.map { (key: $0.key, shape: $0.value) }
        case .anyKey(let value): candidates = present.map { (key: $0, shape: value) }
        case .value, .list: return nil
        }
        for (key, inner) in candidates.sorted(by: { ($1.key.count, $1.key) < ($0.key.count, $0.key) }) {
            let name = spelled(key)
            guard rest.hasPrefix(name), rest.count == name.count || rest.dropFirst(name.count).first == "_" else {
                continue
            }
            let after = rest.count == name.count ? "" : String(rest.dropFirst(name.count + 1))
            guard rest.count == name.count || !after.isEmpty, let found = find(after, in: inner, beside: node?[key])
            else { continue }
            return ([key] + found.path, found.shape)
        }
        // A key that the file does not have: names of topics and of librdkafka's properties have dots.
        guard case .anyKey(.value) = shape else { return nil }
        return ([String(rest.lowercased().map { $0 == "_" ? "." : $0 })], .value)
    }

    private static func node(_ value: String, name: String, shape: YAMLShape) throws(ConfigurationMistake) -> YAMLNode {
        let mark = YAMLMark(source: name)
        let text = YAMLNode(.scalar(YAMLScalar(value, isPlain: true)), mark: mark)
        let isFlow = value.hasPrefix("[") || value.hasPrefix("{")
        if !isFlow || shape == .value {
            guard case .list = shape else { return text }
            let parts = value.split(separator: ",").map { YAMLScalar(trimmed($0), isPlain: true) }
            return YAMLNode(.sequence(parts.map { YAMLNode(.scalar($0), mark: mark) }), mark: mark)
        }
        do {
            return try YAMLDocument(parsing: value, source: name).root
        } catch {
            throw ConfigurationMistake(error.list.first ?? YAMLMistake(mark: mark, message: "expected YAML"))
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
