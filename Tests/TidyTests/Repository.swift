// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The texts of the repository.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Everything that people wrote, in order; nothing that was built or recorded.
    static let files: [SourceFile] = {
        let skipped: Set<String> = [".git", ".build", "out", "Fixtures", "data"]
        let kinds: Set<String> = ["swift", "h", "cpp", "modulemap", "yaml", "yml", "json", "md", "sh", ""]
        var files: [SourceFile] = []
        func walk(_ folder: URL, _ path: String) {
            for name in ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
            where !skipped.contains(name) {
                let (url, here) = (folder.appendingPathComponent(name), path.isEmpty ? name : "\(path)/\(name)")
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { continue }
                if isFolder.boolValue {
                    walk(url, here)
                } else if kinds.contains(url.pathExtension), let text = try? String(contentsOf: url, encoding: .utf8) {
                    files.append(SourceFile(path: here, text: text))
                }
            }
        }
        walk(root, "")
        return files
    }()

    static let swift = files.filter { $0.isSwift && $0.name != "Package.swift" }
    static let sources = swift.filter { $0.path.hasPrefix("Sources/") }
    static let tests = swift.filter { $0.path.hasPrefix("Tests/") }
}

/// A file that breaks rules, to see that they see it.
func offender(_ text: String, path: String = "Sources/Journeys/Offender.swift") -> SourceFile {
    SourceFile(path: path, text: text)
}
