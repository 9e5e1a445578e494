// SPDX-License-Identifier: Apache-2.0
internal import Journeys
internal import Touchpoints
internal import YAML

/// `vocabulary.yaml`: what the types of touchpoints mean, in the order of rank.
struct VocabularyFile: Decodable {
    enum Actor: String, CaseIterable, Decodable { case customer, company }

    struct Label: Decodable {
        var en: String
        var ja: String
    }

    struct Entry: Decodable {
        var type: String
        var group: String
        /// **Default** web.
        var channel: String
        /// Who acts.
        ///
        /// **Default** customer.
        var by: Actor
        /// The properties that are kept with the event.
        ///
        /// **Default** none.
        var properties: [String]
        var label: Label

        init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: Key.self)
            type = try keys.decode(String.self, forKey: .type)
            group = try keys.decode(String.self, forKey: .group)
            channel = try keys.decodeIfPresent(String.self, forKey: .channel) ?? "web"
            by = try keys.decodeIfPresent(Actor.self, forKey: .by) ?? .customer
            properties = try keys.decodeIfPresent([String].self, forKey: .properties) ?? []
            label = try keys.decode(Label.self, forKey: .label)
            for (key, name) in [(Key.type, type), (.group, group), (.channel, channel)] where !EventName.isOne(name) {
                if !name.isEmpty { throw keys.refusal(key, EventName.refusal(name)) }
            }
        }

        private enum Key: String, CodingKey { case type, group, channel, by, properties, label }
    }

    struct PropertyAlias: Decodable {
        /// **Default** none: every type.
        var type: String?
        var from: String
        /// What it is taken for, where that is absent.
        var to: String
    }

    var types: [Entry]
    /// A type, and the one that it is taken for.
    ///
    /// **Default** none.
    var aliases: [String: String]?
    /// **Default** none.
    var propertyAliases: [PropertyAlias]?

    private enum CodingKeys: String, CodingKey {
        case types, aliases
        case propertyAliases = "property_aliases"
    }

    /// What the engines work with.
    var vocabulary: Vocabulary {
        Vocabulary(
            entries: types.map { entry in
                Vocabulary.Entry(
                    type: entry.type,
                    group: entry.group,
                    channel: entry.channel,
                    byCompany: entry.by == .company,
                    title: Vocabulary.Title(en: entry.label.en, ja: entry.label.ja),
                    properties: entry.properties
                )
            },
            aliases: aliases ?? [:],
            propertyAliases: (propertyAliases ?? []).map {
                Vocabulary.PropertyAlias(type: $0.type, from: $0.from, to: $0.to)
            }
        )
    }

    /// What each key may be by itself, but not beside the others.
    func findings() -> [Finding] {
        var found: [Finding] = []
        var known: Set<String> = []
        for (index, entry) in types.enumerated() where !known.insert(entry.type).inserted {
            let message = "expected each type once, found “\(entry.type)” again"
            found.append(Finding(path: [.key("types"), .index(index), .key("type")], message: message))
        }
        let properties = types.reduce(into: Rulebook.keptProperties) { $0.formUnion($1.properties) }
        for (index, alias) in (propertyAliases ?? []).enumerated() where !properties.contains(alias.to) {
            let nearest = NearestName.of(alias.to, among: properties).map { "; did you mean “\($0)”?" } ?? ""
            let message = "expected a property that some type lists, found “\(alias.to)”\(nearest)"
            found.append(Finding(path: [.key("property_aliases"), .index(index), .key("to")], message: message))
        }
        for (alias, type) in (aliases ?? [:]).sorted(by: { $0.key < $1.key }) {
            if known.contains(alias) {
                found.append(
                    Finding("aliases", alias, message: "expected no type of this vocabulary, found “\(alias)”")
                )
            }
            if !known.contains(type) {
                let nearest =
                    NearestName.of(type, among: known.filter { !$0.isEmpty }).map { "; did you mean “\($0)”?" } ?? ""
                let message = "expected a type of this vocabulary, found “\(type)”\(nearest)"
                found.append(Finding("aliases", alias, message: message))
            }
        }
        return found
    }
}
