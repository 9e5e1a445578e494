// SPDX-License-Identifier: Apache-2.0
import Testing

/// Words that have no place in the repository, by hash (64-bit FNV-1a, lower case), so that this list does not bring them in.
private let strangers: Set<UInt64> = [
    0x2391_9480_3edf_98f7, 0x2524_b426_1996_11b3, 0x8a1b_8f4a_0a91_3503, 0x7f7a_7547_86a6_64b8, 0xd523_5518_fae1_f922,
    0xa113_d274_5d70_6ce3, 0x2ffb_778d_fae5_4384, 0x125b_6919_1db9_4ab8, 0xd4c8_0b5a_1bd0_7e8e, 0x04dc_2554_6038_2976,
    0x7a3c_735f_7f6d_b37f, 0xa7c7_b542_b1ac_cb08,
]

/// The words of ASCII letters in a file that are strangers.
private func strangeWords(_ file: SourceFile, _ words: Set<UInt64> = strangers) -> [String] {
    let (start, prime): (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x100_0000_01b3)
    var found: [String] = []
    var (hash, length, line) = (start, 0, 1)
    for byte in Array(file.text.utf8) + [10] {
        let lower = byte | 0x20
        if lower >= 97 && lower <= 122 && byte >= 65 {
            hash = (hash ^ UInt64(lower)) &* prime
            length += 1
            continue
        }
        if length > 0 {
            if words.contains(hash) { found.append("\(file.path):\(line)") }
            (hash, length) = (start, 0)
        }
        if byte == 10 { line += 1 }
    }
    return found
}

/// Folders of one machine.
///
/// What tests make up (`/nowhere`) and what every system has (`/usr`, `/etc`) is none.
private func machinePaths(_ file: SourceFile) -> [String] {
    let folders = ["work", "root", "home", "Users", "workspace", "mnt", "tmp"]
    return file.mentions(
        /(^|[\s"'`(=:])\/(work|root|home|Users|workspace|mnt|tmp)\/\w/,
        hints: folders.map { "/\($0)/" }
    )
}

private func ticketNumbers(_ file: SourceFile) -> [String] {
    file.mentions(/(?i)\b(issue|ticket|session) #?\d+\b/, hints: ["ssue ", "icket ", "ession "])
}

@Suite struct `Words` {
    @Test func `the repository speaks of the product alone`() {
        #expect(strangeWords(offender("say Abc here"), [0xe71f_a219_0541_574b]).count == 1)
        #expect(Repository.files.flatMap { strangeWords($0) }.isEmpty)
    }

    @Test func `no path of one machine is written down`() {
        #expect(machinePaths(offender("let p = \"/" + "home/me\"")).count == 1)
        #expect(Repository.files.flatMap(machinePaths).isEmpty)
    }

    @Test func `what a line means stands in it, not under a number elsewhere`() {
        #expect(ticketNumbers(offender("// see is" + "sue 12")).count == 1)
        #expect(Repository.files.flatMap(ticketNumbers).isEmpty)
    }
}
