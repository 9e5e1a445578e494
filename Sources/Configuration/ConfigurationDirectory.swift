// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Which folder is the configuration.
public enum ConfigurationDirectory {
    /// The folder asked for, else the one that `TABIJI_CONFIG` names, else the nearest folder `config` with a `tabiji.yaml` in it:
    /// in the current folder and those above it, then beside the program and above.
    ///
    /// - Parameters:
    ///   - asked: of `--config`; nil: not given.
    ///   - environment: where `TABIJI_CONFIG` may be.
    /// - Returns: a folder that is there.
    /// - Throws: where it was looked for; exit code 78.
    public static func find(asked: String?, environment: [String: String]) throws(ConfigurationProblems) -> String {
        let named =
            asked.map { (name: "--config", path: $0) }
            ?? environment["TABIJI_CONFIG"].map { (name: "TABIJI_CONFIG", path: $0) }
        if let named {
            guard isFolder(named.path) else {
                let message = "expected a folder with tabiji.yaml in it (\(named.name)), found no such folder"
                throw ConfigurationProblems([ConfigurationMistake(source: named.path, message: message)])
            }
            return named.path
        }
        let starts = [FileManager.default.currentDirectoryPath, programFolder].compactMap { $0 }
        for start in starts {
            if let found = nearest(above: start) { return found }
        }
        let message =
            "expected it in \(starts.joined(separator: ", in ")) or above: give it with --config DIR or TABIJI_CONFIG"
        throw ConfigurationProblems([ConfigurationMistake(source: "config", message: message)])
    }

    private static func nearest(above start: String) -> String? {
        var folder = URL(fileURLWithPath: start).standardizedFileURL
        while true {
            let candidate = folder.appendingPathComponent("config")
            if FileManager.default.fileExists(atPath: candidate.appendingPathComponent("tabiji.yaml").path) {
                return folder.path == FileManager.default.currentDirectoryPath ? "config" : candidate.path
            }
            guard folder.path != "/" else { return nil }
            folder = folder.deletingLastPathComponent()
        }
    }

    private static var programFolder: String? {
        Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent().path
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
