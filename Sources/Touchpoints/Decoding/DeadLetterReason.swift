// SPDX-License-Identifier: Apache-2.0

/// Why a record is refused, in order of precedence: every check is made, the first reason of this list is given.
public enum DeadLetterReason: String, Sendable, CaseIterable, Comparable {
    case tooLarge = "too_large"
    case emptyPayload = "empty_payload"
    case malformedJSON = "malformed_json"
    case notAnObject = "not_an_object"
    case unknownFormat = "unknown_format"
    case missingField = "missing_field"
    case badField = "bad_field"
    case notAllowed = "not_allowed"
    case badTime = "bad_time"
    case timeInFuture = "time_in_future"
    case tooLate = "too_late"
    case noIdentifier = "no_identifier"
    case blockedIdentifier = "blocked_identifier"
    case ambiguousIdentifiers = "ambiguous_identifiers"
    case unknownRealm = "unknown_realm"
    case conflictingDuplicate = "conflicting_duplicate"

    /// Its place in the list; 0 comes first.
    public var precedence: Int {
        switch self {
        case .tooLarge: 0
        case .emptyPayload: 1
        case .malformedJSON: 2
        case .notAnObject: 3
        case .unknownFormat: 4
        case .missingField: 5
        case .badField: 6
        case .notAllowed: 7
        case .badTime: 8
        case .timeInFuture: 9
        case .tooLate: 10
        case .noIdentifier: 11
        case .blockedIdentifier: 12
        case .ambiguousIdentifiers: 13
        case .unknownRealm: 14
        case .conflictingDuplicate: 15
        }
    }

    public static func < (a: Self, b: Self) -> Bool { a.precedence < b.precedence }
}

/// What has been found wrong with one record so far: the first reason in the order of precedence, and of equal ones
/// the first found.
struct Faults {
    private(set) var reason: DeadLetterReason?
    private(set) var detail = ""

    mutating func note(_ reason: DeadLetterReason, _ detail: @autoclosure () -> String) {
        if let known = self.reason, known <= reason { return }
        self.reason = reason
        self.detail = detail()
    }
}
