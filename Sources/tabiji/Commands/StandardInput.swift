// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Pipeline
internal import Telemetry

/// `tabiji run --from -`: lines of standard input into the embedded log, a durable batch at a time.
final class StandardInput: Sendable {
    private let transport: Transport
    private let logger: Logger
    private static let batchBytes = 1 << 20

    init(_ transport: Transport, _ logger: Logger) {
        self.transport = transport
        self.logger = logger
    }

    func start() {
        let thread = Thread { self.read() }
        thread.name = "tabiji-stdin"
        thread.start()
    }

    private func read() {
        var rest: [UInt8] = []
        var total = 0
        do {
            while true {
                let data = FileHandle.standardInput.readData(ofLength: Self.batchBytes)
                if data.isEmpty { break }
                rest.append(contentsOf: data)
                guard let end = rest.lastIndex(of: 0x0a) else { continue }
                total += try transport.append(lines: Array(rest[...end]))
                rest.removeSubrange(...end)
            }
            if !rest.isEmpty { total += try transport.append(lines: rest) }
            logger.info("standard input ended", ["records": .integer(total)])
        } catch {
            logger.error("standard input cannot be taken", ["error": "\(error)"])
        }
    }
}
