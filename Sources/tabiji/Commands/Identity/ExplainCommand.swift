// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Pipeline

extension Command {
    static let explain = Command(
        name: "explain",
        summary: "Why are these one customer: every link, refusal, move and hub, with rule, time and an example.",
        usage: "identity explain IDENTIFIER|CUSTOMER [--json] [--lang ja] [--from SOURCE] [options]",
        options: [
            Option(name: "--json", arity: .flag, help: "the story as one JSON object"),
            Option(name: "--lang", value: "LANG", help: "en or ja (default: by the environment)"),
            .recorded, .trusts, .realm, .url, .config,
        ],
        positionalsMax: 1,
        run: { arguments in
            guard let asked = arguments.positionals.first else {
                throw UsageError(
                    "who is missing: NAMESPACE:VALUE (email:a@example.com), NAMESPACE:HASH or a customer's id"
                )
            }
            let language = try Language(arguments)
            let configuration = try Configured.load(arguments)
            let realm = arguments.one("--realm") ?? "default"
            let question = try IdentityQuestion(asked, realm: realm, configuration)
            let story = try StoryFinder(arguments, configuration).story(question, asked: asked)
            if arguments.has("--json") {
                Console.out(story.json)
            } else {
                Console.out(StoryText(story, language).text)
            }
            return .done
        }
    )
}
