// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Pipeline

extension Command {
    static let status = Command(
        name: "status",
        summary: "A running daemon's roles, partitions, lag, rates, watermark.",
        usage: "status [--config DIR] [--url URL] [--json]",
        options: [
            .config,
            Option(
                name: "--url",
                value: "URL",
                help: "the daemon's address (default: the configuration's, http://127.0.0.1:9464)"
            ),
            Option(name: "--json", arity: .flag, help: "as the daemon gives it"),
        ],
        run: { arguments in
            let body = try LocalHTTP.status(arguments)
            if arguments.has("--json") {
                Console.out(body)
                return .done
            }
            Console.out(try StatusText.render(body))
            return .done
        }
    )
}

/// The status as a person reads it.
enum StatusText {
    static func render(_ body: [UInt8]) throws -> String {
        guard let status = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] else {
            throw ServiceUnavailable("the daemon answered with something else than its status")
        }
        func text(_ key: String) -> String { status[key].map { $0 is NSNull ? "–" : "\($0)" } ?? "–" }
        var lines = [
            "tabiji \(text("version"))  \(text("transport"))  ready \((status["ready"] as? Bool) == true ? "yes" : "no")",
            "watermark  \(text("watermark"))",
            "customers  \(text("customers"))   events \(text("events"))   read \(text("read"))   alerts open \(text("alerts_open"))",
        ]
        if let letters = status["deadletters"] as? [String: Any], !letters.isEmpty {
            lines.append(
                "dead letters  "
                    + letters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            )
        }
        if let refused = status["refused_control"] as? [String: Any], !refused.isEmpty {
            lines.append(
                "refused control records  "
                    + refused.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            )
        }
        lines.append("role      partitions    records     per second   lag     commits   aborts")
        let roles = status["roles"] as? [String: [String: Any]] ?? [:]
        for role in Role.allCases {
            guard let of = roles[role.name] else { continue }
            func column(_ key: String, _ width: Int) -> String {
                (of[key].map { $0 is NSNull ? "–" : "\($0)" } ?? "–").padding(to: width)
            }
            lines.append(
                role.name.padding(to: 10) + column("partitions", 14) + column("records", 12)
                    + column("records_per_second", 13)
                    + column("lag", 8) + column("commits", 10) + column("aborts", 6)
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// A service that should answer does not: exit 69.
struct ServiceUnavailable: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
