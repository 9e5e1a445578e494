// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Pipeline

extension Command {
    static let unlink = Command(
        name: "unlink",
        summary: "Say that no customer may ever hold both of two identifiers: what they joined falls apart.",
        usage: "identity unlink IDENTIFIER IDENTIFIER [--yes] [--dry-run] [--to FILE] [options]",
        options: ControlOutlet.options + [.realm, .url, .config],
        positionalsMax: 2,
        run: { arguments in
            guard arguments.positionals.count == 2 else {
                throw UsageError("two identifiers are to be named: email:a@example.com user_id:u1")
            }
            let configuration = try Configured.load(arguments)
            let realm = arguments.one("--realm") ?? "default"
            let nowMs = Int64(Date().timeIntervalSince1970 * 1000)
            let names = try arguments.positionals.map { try ControlEvent.Name($0, realm: realm, configuration) }
            guard names[0] != names[1] else {
                throw UsageError("these are one identifier: \(arguments.positionals[0])")
            }
            let event = ControlEvent(type: "identity_unlinked", realm: realm, timeMs: nowMs, names: names)
            let plan = [
                "\(names[0].namespace) \(names[0].value) and \(names[1].namespace) \(names[1].value) will never be one customer's again.",
                "What is known stays; customers that they joined are told apart anew. It cannot be taken back.",
            ]
            return try ControlOutlet(arguments, configuration, nowMs: nowMs).send([event.line], plan: plan)
        }
    )
}

extension ControlEvent.Name {
    /// An identifier as the user typed it: in plain, or by its hash.
    ///
    /// - Throws: `IdentityQuestion.Refusal`, `UsageError`.
    init(_ text: String, realm: String, _ configuration: TabijiConfiguration) throws {
        let question = try IdentityQuestion(text, realm: realm, configuration)
        guard let namespace = question.namespace, let colon = text.firstIndex(of: ":") else {
            throw UsageError("'\(text)' is an id; an identifier is NAMESPACE:VALUE or NAMESPACE:HASH")
        }
        let value = String(text[text.index(after: colon)...])
        self.init(namespace: namespace, value: question.value ?? value.lowercased())
    }
}
