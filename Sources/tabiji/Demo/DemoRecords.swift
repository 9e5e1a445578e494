// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// What the demo reads of the `data` of the program's records.
enum DemoRecord {
    struct Transition: Decodable {
        var model: String
        var from: String?
        var to: String
    }

    struct Alert: Decodable {
        struct Title: Decodable {
            var en: String
            var ja: String
        }

        var state: String
        var severity: String
        var title: Title
        var message: Title?
        var cause: String
    }

    /// What an event caused, of whatever kind.
    struct Caused: Decodable {
        var cause: String
        var retracted: Bool?
    }

    struct Touch: Decodable {
        var event: String?
        var retracted: Bool?
    }

    struct Decision: Decodable {
        var decision: String
        var identifiers: [String]
        var events: [String]
        var retracted: Bool?
    }

    struct Profile: Decodable {
        struct Stage: Decodable { var stage: String }
        struct Counters: Decodable {
            var orders: Int
            var value: [String: Double]
            var contacts: Int
            var abandonedCalls: Int
            var openCases: Int
        }
        struct Contact: Decodable {
            var channel: String
            var text: String?
            var waitedSeconds: Double?
        }

        var identifiers: [String: [String]]
        var stages: [String: Stage]
        var mood: Double?
        var counters: Counters
        var lastContact: Contact?
        var lastSeen: String
    }

    static func read<T: Decodable>(_ type: T.Type, _ data: [UInt8]?) -> T? {
        guard let data else { return nil }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(type, from: Data(data))
    }
}
