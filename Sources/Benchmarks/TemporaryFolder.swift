// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A folder that is gone afterwards. `TMPDIR` says on which disk.
struct TemporaryFolder {
    private let url: URL

    init() throws {
        let name = "tabiji-benchmark-\(UUID().uuidString)"
        url = FileManager.default.temporaryDirectory.appendingPathComponent(name, isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
    func remove() { try? FileManager.default.removeItem(at: url) }
}
