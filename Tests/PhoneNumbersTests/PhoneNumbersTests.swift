// SPDX-License-Identifier: Apache-2.0
import PhoneNumbers
import Testing

@Suite struct PhoneNumbersTests {
    @Test(arguments: [
        "+81 90-1234-5678", "010 81 90 1234 5678", "090-1234-5678", "０９０（１２３４）５６７８", "819012345678", "9012345678",
        "+81 (0)90-1234-5678", "090-1234-5678 ext. 12",
    ])
    func `all spellings of a number are one`(text: String) {
        var numbers = PhoneNumbers(region: "JP")
        #expect(numbers.e164(text) == "+819012345678")
    }

    @Test(arguments: ["415-555-0123", "+1 (415) 555-0123", "1 415 555 0123"])
    func `the region gives the country`(text: String) {
        var numbers = PhoneNumbers(region: "US")
        #expect(numbers.e164(text) == "+14155550123")
    }

    @Test(arguments: [
        "110", "1234567", "+1234567890123456", "000-0000-0000", "1111111111", "+81 99-9999-9999", "0", "", "none",
        "later",
        String(repeating: "1", count: 300),
    ])
    func `what is not possible is nothing`(text: String) {
        var numbers = PhoneNumbers(region: "JP")
        #expect(numbers.e164(text) == nil)
    }

    @Test func `what is possible only within a city is nothing`() {
        var numbers = PhoneNumbers(region: "US")
        #expect(numbers.e164("555-0123") == nil)
    }

    @Test func `answers are the same with a memory of one`() {
        var (small, large) = (PhoneNumbers(region: "JP", answersMax: 1), PhoneNumbers(region: "JP"))
        for text in ["090-1234-5678", "03-1234-5678", "x", "090-1234-5678", "03-1234-5678", "x"] {
            #expect(small.e164(text) == large.e164(text))
        }
    }
}
