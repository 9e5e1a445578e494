// SPDX-License-Identifier: Apache-2.0
internal import class Foundation.FileHandle

extension Logger {
    /// One write for a line, so that lines of several threads do not mix. What cannot be written is lost.
    public static let standardError: Sink = { line in
        try? FileHandle.standardError.write(contentsOf: line)
    }
}
