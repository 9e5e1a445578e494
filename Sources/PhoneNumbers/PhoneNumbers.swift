// SPDX-License-Identifier: Apache-2.0
internal import CPhoneNumber

/// Telephone numbers in E.164 form, for one default region. Remembers what it has answered, within a bound.
///
/// A value of its own for each worker: it is not shared.
public struct PhoneNumbers {
    /// Where numbers without a country code are from, an ISO 3166 code of two letters.
    public let region: String
    /// How many answers are remembered; when there are as many, all are forgotten at once.
    public let answersMax: Int
    private var answers: [[UInt8]: String?] = [:]

    public init(region: String, answersMax: Int = 65_536) {
        self.region = region
        self.answersMax = answersMax
    }

    /// The E.164 form (`+819012345678`), without the extension.
    ///
    /// nil for what is no number, is not possible in full (too short, too long, possible only within a city), or has
    /// a national
    /// number of one digit repeated.
    public mutating func e164(_ text: String) -> String? {
        let key = Array(text.utf8)
        if let known = answers[key] { return known }
        let answer = Self.parse(key, region: region)
        if answers.count >= answersMax { answers.removeAll(keepingCapacity: true) }
        answers[key] = .some(answer)
        return answer
    }

    private static func parse(_ text: [UInt8], region: String) -> String? {
        let region = Array(region.utf8)
        let written = unsafe [UInt8](unsafeUninitializedCapacity: 32) { out, count in
            count = unsafe text.withUnsafeBufferPointer { text in
                unsafe region.withUnsafeBufferPointer { region in
                    unsafe cphonenumber_e164(
                        text.baseAddress,
                        text.count,
                        region.baseAddress,
                        region.count,
                        out.baseAddress,
                        out.count
                    )
                }
            }
        }
        return written.isEmpty ? nil : String(decoding: written, as: UTF8.self)
    }
}
