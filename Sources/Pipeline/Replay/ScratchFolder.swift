// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A folder for one run. `TMPDIR` says on which disk.
package struct ScratchFolder {
    private let url: URL

    package init() throws {
        let name = "tabiji-\(UUID().uuidString)"
        url = FileManager.default.temporaryDirectory.appendingPathComponent(name, isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    package func path(_ name: String) -> String { url.appendingPathComponent(name).path }
    package func remove() { try? FileManager.default.removeItem(at: url) }
}
