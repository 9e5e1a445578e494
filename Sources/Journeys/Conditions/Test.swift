// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Touchpoints

/// A value as conditions see it.
enum Answer {
    case absent
    case bool(Bool)
    case number(Number)
    case text(String)
    /// A list or an object.
    case other

    init(_ value: Value?) {
        switch value {
        case nil, .null: self = .absent
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .number(.int(number))
        case .double(let number): self = Number(number).map(Answer.number) ?? .other
        case .string(let text): self = .text(text)
        case .array, .object: self = .other
        }
    }

    init(_ count: Int) { self = .number(.int(Int64(count))) }
    init(_ count: Int?) { self = count.map { .number(.int(Int64($0))) } ?? .absent }
    init(_ double: Double?) { self = double.flatMap { Number($0) }.map(Answer.number) ?? .absent }

    /// Of numbers, and of texts that are numbers.
    var number: Number? {
        switch self {
        case .number(let number): number
        case .text(let text): Number(text: text)
        default: nil
        }
    }
}

/// A `Wanted`, ready to be asked often.
indirect enum Test: Sendable {
    case isTrue
    case isFalse
    case number(Number)
    case text(Text)
    case any([Test])
    case all([Comparison])

    enum Comparison: Sendable {
        case gte(Number), gt(Number), lte(Number), lt(Number)
        case exists(Bool)
        case matches(NSRegularExpression)
    }

    func holds(_ answer: Answer) -> Bool {
        switch self {
        case .isTrue:
            if case .bool(true) = answer { true } else { false }
        case .isFalse:
            if case .bool(false) = answer { true } else { false }
        case .number(let wanted): answer.number == wanted
        case .text(let wanted):
            if case .text(let text) = answer { Text(text) == wanted } else { false }
        case .any(let tests): tests.contains { $0.holds(answer) }
        case .all(let comparisons): comparisons.allSatisfy { $0.holds(answer) }
        }
    }
}

extension Test.Comparison {
    func holds(_ answer: Answer) -> Bool {
        switch self {
        case .exists(let wanted):
            if case .absent = answer { return !wanted }
            return wanted
        case .matches(let pattern):
            guard case .text(let text) = answer else { return false }
            return pattern.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
        case .gte(let limit): return answer.number.map { !($0 < limit) } ?? false
        case .gt(let limit): return answer.number.map { limit < $0 } ?? false
        case .lte(let limit): return answer.number.map { !(limit < $0) } ?? false
        case .lt(let limit): return answer.number.map { $0 < limit } ?? false
        }
    }
}
