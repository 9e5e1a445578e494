// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Digests
internal import Foundation
internal import Pipeline

extension Command {
    static let identity = Command.group(
        name: "identity",
        summary: "Why are these one person; what would other rules do; repair and privacy.",
        verbs: [.explain, .simulate, .unlink, .forget]
    )
}

extension Option {
    static let url = Option(
        name: "--url",
        value: "URL",
        help: "the daemon's address (default: the configuration's, http://127.0.0.1:9464)"
    )
    static let realm = Option(name: "--realm", value: "REALM", help: "whose identifiers (default: default)")
    static let recorded = Option(
        name: "--from",
        value: "SOURCE",
        help: "ask recorded events instead of a daemon: a file, or kafka: (see replay); may be repeated"
    )
    static let trusts = Option(name: "--control", arity: .flag, help: "control records of plain files count")
}

/// Finds stories: at the daemon's HTTP API, or in recorded events.
struct StoryFinder {
    private let arguments: Arguments
    private let configuration: TabijiConfiguration
    private let recording: IdentityReplay?

    init(_ arguments: Arguments, _ configuration: TabijiConfiguration) throws {
        self.arguments = arguments
        self.configuration = configuration
        let sources = arguments.all("--from").map { ReplayOptions.source($0) }
        guard !sources.isEmpty else {
            recording = nil
            return
        }
        let bar = ProgressBar("reading")
        defer { bar.clear() }
        recording = try IdentityReplay.read(
            configuration,
            sources,
            trustsFiles: arguments.has("--control"),
            nowMs: Int64(Date().timeIntervalSince1970 * 1000)
        ) { bar.show("\($0.records) records") }
    }

    private static func unlinked(_ asked: String, _ question: IdentityQuestion, _ place: String) -> String {
        let unknown =
            "nothing \(place) was ever seen together with \(asked): if events name it, it is a customer of its own"
        guard let hash = question.hashes.last else { return unknown }
        // The id of such a customer is the hash of the one identifier that it has.
        return unknown
            + (question.namespace == nil ? ": name it as NAMESPACE:\(hash.hex)" : ", under the id \(hash.hex)")
    }

    /// - Throws: `CommandFailure` with exit 1 when nobody is known by that.
    func story(_ question: IdentityQuestion, asked: String) throws -> IdentityStory {
        if let recording {
            guard let story = recording.story(question) else {
                throw CommandFailure(.failed, Self.unlinked(asked, question, "in these events"))
            }
            return story
        }
        let daemon = LocalHTTP(arguments, configuration, token: configuration.tokens.read)
        // Hashes travel, never values.
        for hash in question.hashes {
            let name = question.namespace.map { ("identifier", "\($0):\(hash.hex)") } ?? ("customer", hash.hex)
            let answer = try daemon.get("/v1/identity/explain", query: [name, ("realm", question.realm)])
            switch answer.status {
            case 200:
                guard let story = IdentityStory(json: answer.body) else {
                    throw ServiceUnavailable("\(daemon.base) answered with something else than a story")
                }
                return story.saying(question.value, for: hash.hex)
            case 404 where answer.text.hasPrefix("nobody"): continue
            case 401, 403:
                throw CommandFailure(.configuration, "the daemon refuses to tell: \(answer.text)")
            default: throw ServiceUnavailable("the daemon cannot tell (\(answer.status)): \(answer.text)")
            }
        }
        throw CommandFailure(.failed, Self.unlinked(asked, question, "at the daemon"))
    }
}

extension IdentityStory {
    /// With the value that whoever asks knows already.
    fileprivate func saying(_ value: String?, for hash: String) -> IdentityStory {
        guard let value else { return self }
        func told(_ name: Name) -> Name {
            var name = name
            if name.hash == hash { name.value = value }
            return name
        }
        var story = self
        story.asked = told(asked)
        for index in identifiers.indices {
            story.identifiers[index].identifier = told(identifiers[index].identifier)
        }
        for index in self.story.indices {
            story.story[index].identifiers = self.story[index].identifiers.map(told)
        }
        return story
    }
}
