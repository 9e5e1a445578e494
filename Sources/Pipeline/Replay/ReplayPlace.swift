// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Glibc
internal import StateStore

/// `DIR/.tabiji`: where a replay with `--resume` keeps its stores and its place.
///
/// | name | what |
/// |---|---|
/// | `lock` | taken by the process that works here |
/// | `live/` | the stores that are being written; worth nothing once the process is gone |
/// | `place-N/` | the stores as they were at one moment, and `position.json`; the highest number counts |
///
/// A place is made in a folder of another name and renamed when it is whole, so that whatever happens, one that is there
/// can be used. Table files are linked, not copied. `live` begins as a copy of the place, never as the place itself: the
/// run that goes on may be interrupted too.
final class ReplayPlace {
    private let folder: URL
    private let lock: Int32
    private var number = 0
    private let stores = ["state", "results"]
    /// nil: the replay begins.
    private(set) var saved: ReplayPosition?

    /// Takes the folder, and lays out what the last whole place holds.
    ///
    /// - Parameter output: the replay's folder of results; made when missing.
    /// - Throws: `ReplayPlaceError` when another process works here; `OutputError`.
    init(in output: String) throws {
        folder = URL(fileURLWithPath: output, isDirectory: true).appendingPathComponent(".tabiji", isDirectory: true)
        try OutputFile.makeFolder(folder)
        lock = Glibc.open(folder.appendingPathComponent("lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard lock >= 0 else { throw OutputError("cannot write \(folder.path): is the folder writable?") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(lock)
            throw ReplayPlaceError.busy(folder.path)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let places = names.compactMap { $0.hasPrefix("place-") ? Int($0.dropFirst(6)) : nil }
        number = places.max() ?? 0
        for name in names where name != "lock" && name != "place-\(number)" { try? remove(name) }
        if number > 0 { try lay() }
    }

    deinit { Glibc.close(lock) }

    /// Where a store is to be opened.
    func path(_ store: String) -> String { folder.appendingPathComponent("live/\(store)").path }

    /// The folder, for messages.
    var name: String { folder.path }

    /// Makes the stores and a position the place to go on from.
    func save(_ position: ReplayPosition, state: RocksDBStore, results: RocksDBStore) throws {
        let fresh = folder.appendingPathComponent("fresh", isDirectory: true)
        try? remove("fresh")
        try FileManager.default.createDirectory(at: fresh, withIntermediateDirectories: true)
        for (name, store) in zip(stores, [state, results]) {
            try store.checkpoint(to: fresh.appendingPathComponent(name).path)
        }
        let file = fresh.appendingPathComponent("position.json")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try encoder.encode(position).write(to: file)
        for url in [file, fresh] { Self.sync(url) }
        let next = folder.appendingPathComponent("place-\(number + 1)", isDirectory: true)
        try FileManager.default.moveItem(at: fresh, to: next)
        Self.sync(folder)
        if number > 0 { try? remove("place-\(number)") }
        number += 1
    }

    /// Nothing is left to go on with: the replay is done.
    func remove() throws { try FileManager.default.removeItem(at: folder) }

    private func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }

    private func lay() throws {
        let place = folder.appendingPathComponent("place-\(number)", isDirectory: true)
        let data = try Data(contentsOf: place.appendingPathComponent("position.json"))
        guard let position = try? JSONDecoder().decode(ReplayPosition.self, from: data),
            position.format == ReplayPosition.format
        else { throw ReplayPlaceError.unreadable(folder.path) }
        for store in stores {
            let (from, to) = (place.appendingPathComponent(store), folder.appendingPathComponent("live/\(store)"))
            try FileManager.default.createDirectory(at: to, withIntermediateDirectories: true)
            for name in try FileManager.default.contentsOfDirectory(atPath: from.path) {
                let (source, target) = (from.appendingPathComponent(name), to.appendingPathComponent(name))
                if name.hasSuffix(".sst") {
                    try FileManager.default.linkItem(at: source, to: target)
                } else {
                    try FileManager.default.copyItem(at: source, to: target)
                }
            }
        }
        saved = position
    }

    private static func sync(_ url: URL) {
        let descriptor = Glibc.open(url.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        Glibc.close(descriptor)
    }
}

/// Why a replay cannot go on from its place.
public enum ReplayPlaceError: Error, Sendable, CustomStringConvertible {
    /// Another process works in the folder.
    case busy(String)
    /// It was made by another version, or is damaged.
    case unreadable(String)
    /// Other sources, or other options, than when it began.
    case asked(String)
    /// Parts of the configuration that are no longer what they were.
    case configured([String])

    /// Of sysexits.
    public var exitCode: Int32 {
        switch self {
        case .busy: 75
        case .unreadable: 74
        case .asked: 64
        case .configured: 78
        }
    }

    public var description: String {
        let advice = "to begin anew, remove its folder .tabiji (or leave --resume out)"
        return switch self {
        case .busy(let folder): "another replay is working in \(folder)"
        case .unreadable(let folder):
            "the place in \(folder) cannot be read: it is another version's, or damaged; \(advice)"
        case .asked(let what): "this is not the replay that was interrupted: \(what); \(advice)"
        case .configured(let parts):
            "the configuration is not the one that the interrupted replay began with: "
                + "\(parts.joined(separator: ", ")); \(advice)"
        }
    }
}

/// The replay was told to stop. What `--resume` has kept is there to go on from.
public struct ReplayInterrupted: Error, Sendable, CustomStringConvertible {
    public var records: Int
    /// nil: nothing was kept.
    public var place: String?

    public var description: String {
        let rest =
            place.map { "; the same command goes on from the place in \($0)" } ?? ", nothing is kept (see --resume)"
        return "interrupted after \(records) records\(rest)"
    }
}
