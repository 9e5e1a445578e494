// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Pipeline

/// The languages that the command line tells stories in.
enum Language: String, CaseIterable {
    case en, ja

    /// `--lang`, else what the environment says.
    init(_ arguments: Arguments) throws(UsageError) {
        guard let name = arguments.one("--lang") else {
            let environment = ProcessInfo.processInfo.environment
            let set = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
            self = set?.hasPrefix("ja") == true ? .ja : .en
            return
        }
        guard let language = Language(rawValue: name) else {
            throw UsageError(
                "--lang takes \(Language.allCases.map(\.rawValue).joined(separator: " or ")), not '\(name)'"
            )
        }
        self = language
    }

    func callAsFunction(_ english: String, _ japanese: String) -> String { self == .en ? english : japanese }
}

/// A story as a person reads it.
struct StoryText {
    private let story: IdentityStory
    private let say: Language

    init(_ story: IdentityStory, _ language: Language) {
        self.story = story
        say = language
    }

    var text: String { (head + holdings + steps).joined(separator: "\n") + "\n" }

    private var head: [String] {
        let asked = Self.name(story.asked)
        let realm = story.realm == "default" ? "" : say(" (realm \(story.realm))", "(レルム \(story.realm))")
        guard let customer = story.customer else {
            return [
                say(
                    "\(asked) is nobody's\(realm): too many people were seen with it",
                    "\(asked) は誰のものでもありません\(realm): 多くの人に使われています"
                )
            ]
        }
        return [say("\(asked) is customer \(customer)'s\(realm)", "\(asked) は顧客 \(customer) のものです\(realm)")]
    }

    private var holdings: [String] {
        guard !story.identifiers.isEmpty else { return [] }
        let width = story.identifiers.map { $0.identifier.namespace.count }.max() ?? 0
        var lines = ["", say("What the customer holds:", "この顧客の識別子:")]
        let people = story.identifiers.filter { !$0.reference }
        for holding in people {
            lines.append(
                "  \(holding.identifier.namespace.padding(to: width)) \(Self.value(holding.identifier))\(when(holding))"
            )
        }
        let references = Dictionary(grouping: story.identifiers.filter(\.reference)) { $0.identifier.namespace }
        for (namespace, held) in references.sorted(by: { $0.key < $1.key }) {
            let some = held.prefix(5).map { Self.value($0.identifier) }.joined(separator: ", ")
            let more = held.count > 5 ? say(" and \(held.count - 5) more", " ほか \(held.count - 5) 件") : ""
            lines.append("  \(namespace.padding(to: width)) \(some)\(more)")
        }
        return lines
    }

    /// The spans in which it is this customer's, when there are others too.
    private func when(_ holding: IdentityStory.Holding) -> String {
        guard holding.spans.count > 1 else { return "" }
        let spans = holding.spans.filter { $0.customer == story.customer }.map { span in
            "\(span.from.map(Self.time) ?? "…") – \(span.to.map(Self.time) ?? "…")"
        }
        return "   " + say("shared; this customer's: ", "共有、この顧客の期間: ") + spans.joined(separator: ", ")
    }

    private var steps: [String] {
        guard !story.story.isEmpty else {
            let english =
                story.customer == story.asked.hash
                ? "Nothing was ever decided about it: it has been its own customer all along."
                : "Nothing was ever linked: the customer has been seen under one identifier."
            return ["", say(english, "まだ何も結び付けられていません。")]
        }
        return ["", say("How that came:", "経緯:")] + story.story.map(line)
    }

    private func line(_ entry: IdentityStory.Entry) -> String {
        let time = (entry.time.map(Self.time) ?? say("from the beginning", "最初から")).padding(to: 18)
        let names = entry.identifiers.map(Self.name)
        let (word, what): (String, String) =
            switch entry.decision {
            case "linked": (say("linked", "連結"), names.joined(separator: " = "))
            case "refused": (say("refused", "拒否"), names.joined(separator: " ≠ "))
            case "hub": (say("hub", "ハブ"), names.joined(separator: ", "))
            case "moved":
                (
                    say("moved", "移動"),
                    "\(names.joined(separator: ", ")) → \(entry.customer.map { say("customer \($0)", "顧客 \($0)") } ?? say("nobody", "なし"))"
                )
            default: (entry.decision, names.joined(separator: ", "))
            }
        let example = entry.event.map { say("; event \($0)", "、例: イベント \($0)") } ?? ""
        let column = say == .en ? word.padding(to: 9) : word.padding(to: 3)
        return "  \(time) \(column) \(what)   (\(rule(entry))\(example))"
    }

    private func rule(_ entry: IdentityStory.Entry) -> String {
        let limit = entry.limit.map(String.init) ?? "?"
        switch entry.rule {
        case "seen_together": return say("seen together", "同じイベントに現れた")
        case "max_customers":
            return say(
                "seen with more than \(limit) people: it links nobody any more",
                "\(limit) 人を超えて使われたため、もう誰とも結び付けない"
            )
        case "max_turns":
            return say(
                "changed hands more than \(limit) times: it is its own customer",
                "\(limit) 回を超えて持ち主が替わった端末は端末自身のもの"
            )
        case "hub": return say("the link goes through a hub", "ハブを経由する連結のため")
        case "customer_full":
            return say("a customer has at most \(limit) identifiers", "顧客の識別子は最大 \(limit) 個まで")
        case "unlinked": return say("somebody said that no customer may hold both", "手動で分離された組のため")
        case "blocked": return say("a blocked value", "ブロックされた値")
        case "device_split": return say("a device is whose who signed in", "端末はその時にサインインした人のもの")
        case "last_authenticated": return say("a device is whose who signed in last", "端末は最後にサインインした人のもの")
        case "reset_on_logout": return say("after a sign-out a device is nobody's", "サインアウト後の端末は誰のものでもない")
        case "anonymous": return say("a shared device keeps its events to itself", "共有端末のイベントは端末のもの")
        default:
            guard entry.rule.hasPrefix("limit:") else { return entry.rule }
            let namespace = entry.rule.dropFirst(6)
            return say("a customer has at most \(limit) of \(namespace)", "\(namespace) は顧客ごとに最大 \(limit) 個まで")
        }
    }

    static func name(_ name: IdentityStory.Name) -> String { "\(name.namespace) \(value(name))" }
    static func value(_ name: IdentityStory.Name) -> String { name.value ?? name.hash }

    /// To the second, UTC.
    private static func time(_ text: String) -> String {
        text.replacingOccurrences(of: "T", with: " ").prefix(16) + "Z"
    }
}
