// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Moving the horizon: see `Horizon`.
extension IdentityEngine {
    /// Event time before which nothing that comes counts any more; nil: everything does. Milliseconds.
    public var horizonMs: Int64? { state.horizon.exists ? state.horizon.ms : nil }
    /// Observations that came from before the horizon.
    public var tooLateCount: Int { state.horizon.tooLate }
    /// Whether the horizon is being moved, or what lies before it given back (`sweep`).
    public var isSweeping: Bool { state.horizon.sweep != nil }

    /// Begins to move the horizon, unless it moves already or something there is cannot be older.
    ///
    /// - Parameter timeMs: rounded down to the start of a bucket of time. What is older will stand for good.
    public mutating func beginHorizon(atMs timeMs: Int64) {
        restore()
        let toMs = state.rules.bucketStart(timeMs)
        guard state.horizon.sweep == nil, toMs > state.horizon.ms else { return }
        state.horizon.sweep = .writing(toMs: toMs, links: 0, devices: 0)
    }

    /// Goes on with it.
    ///
    /// - Parameter most: links, devices or companies to look at.
    public mutating func sweep(most: Int) -> IdentityChanges {
        restore()
        let most = min(max(1, most), 1 << 30)
        var changes = IdentityChanges()
        switch state.horizon.sweep {
        case .writing(let toMs, let links, let devices): write(toMs, links, devices, most, &changes)
        case .dropping(let companies, let links, let devices): drop(companies, links, devices, most, &changes)
        case nil: break
        }
        return changes
    }

    // MARK: - The next base

    private mutating func write(
        _ toMs: Int64,
        _ links: Int,
        _ devices: Int,
        _ most: Int,
        _ changes: inout IdentityChanges
    ) {
        let moment = Moment(timeMs: toMs, content: -1)
        let generation = state.horizon.generation ^ 1
        let lastLink = min(state.links.links.count, links + most)
        for link in Int32(links)..<Int32(lastLink) {
            if let since = state.base(of: link, at: moment) {
                changes.rows.append(linkRow(link, since, generation))
            } else if state.horizon.mayBeStale {
                changes.rows.append(.init(key: linkKey(link, generation), value: nil))
            }
        }
        guard lastLink == links else {
            state.horizon.sweep = .writing(toMs: toMs, links: lastLink, devices: devices)
            return
        }
        let lastDevice = min(identifierCount, devices + most)
        for node in Int32(devices)..<Int32(lastDevice) where state.entry(node).isDevice {
            if let base = state.base(ofDevice: node, at: moment) {
                state.horizon.devicesNext[node] = base.turns
                changes.rows.append(turnsRow(node, base.turns, isContested: base.isContested, generation))
            } else if state.horizon.mayBeStale {
                changes.rows.append(.init(key: turnsKey(node, generation), value: nil))
            }
        }
        guard lastDevice == devices else {
            state.horizon.sweep = .writing(toMs: toMs, links: links, devices: lastDevice)
            return
        }
        count(from: toMs, generation, &changes)
    }

    /// The base that was written counts from now on.
    private mutating func count(from timeMs: Int64, _ generation: UInt8, _ changes: inout IdentityChanges) {
        changes.rows.append(EngineRows.horizon(timeMs, generation))
        for (device, turns) in state.horizon.devicesNext where !state.turns.traced.contains(device) {
            state.turns.turns[device] = turns
            for turn in turns where turn.person >= 0 { state.turns.devices[turn.person, default: []].insert(device) }
        }
        state.horizon.devices = Set(state.horizon.devicesNext.keys)
        state.horizon.devicesNext.removeAll()
        state.horizon.ms = timeMs
        state.horizon.generation = generation
        state.horizon.mayBeStale = false
        state.horizon.sweep = .dropping(companies: 0, links: 0, devices: 0)
    }

    // MARK: - What is older

    private mutating func drop(
        _ companies: Int,
        _ links: Int,
        _ devices: Int,
        _ most: Int,
        _ changes: inout IdentityChanges
    ) {
        let last = (
            min(state.contents.companies.count, companies + most), min(state.links.links.count, links + most),
            min(identifierCount, devices + most)
        )
        let old = state.horizon.generation ^ 1
        if companies < last.0 {
            for company in Int32(companies)..<Int32(last.0) {
                for moment in state.dropSights(of: company) {
                    let key = EngineRows.sightKey(moment.timeMs, digest(of: moment.content), rules)
                    changes.rows.append(.init(key: key, value: nil))
                }
            }
            state.horizon.sweep = .dropping(companies: last.0, links: links, devices: devices)
        } else if links < last.1 {
            for link in Int32(links)..<Int32(last.1) {
                state.dropChanges(of: link)
                changes.rows.append(.init(key: linkKey(link, old), value: nil))
            }
            state.horizon.sweep = .dropping(companies: companies, links: last.1, devices: devices)
        } else if devices < last.2 {
            for node in Int32(devices)..<Int32(last.2) where state.entry(node).isDevice {
                state.dropSigns(of: node)
                changes.rows.append(.init(key: turnsKey(node, old), value: nil))
            }
            state.horizon.sweep = .dropping(companies: companies, links: links, devices: last.2)
        } else {
            state.horizon.sweep = nil
        }
    }

    /// Rows of the base for what facts took out of it, and of devices whose turns before the horizon may be others now.
    mutating func amendBase(_ severed: [Int32], _ changes: inout IdentityChanges) {
        let (generation, start) = (state.horizon.generation, state.horizon.start)
        for link in severed { changes.rows.append(.init(key: linkKey(link, generation), value: nil)) }
        let devices = state.journal.devices.filter { $0.value.contains { state.isBefore($0.start, start) } }.keys
        for device in state.journal.devicesOfBase.union(devices).sorted() {
            let base = state.takeBase(ofDevice: device)
            changes.rows.append(turnsRow(device, base.turns, isContested: base.isContested, generation))
        }
    }

    // MARK: - Rows

    private func linkKey(_ link: Int32, _ generation: UInt8) -> [UInt8] {
        let found = state.links.links[Int(link)]
        let hashes = state.identifiers.hashes
        return EngineRows.linkKey(hashes[Int(found.a)], hashes[Int(found.b)], generation)
    }

    private func linkRow(_ link: Int32, _ since: Moment, _ generation: UInt8) -> IdentityChanges.Row {
        var writer = ByteWriter(capacity: 25)
        writer.byte(EngineRows.format)
        writer.moment(since.timeMs, digest(of: since.content))
        return .init(key: linkKey(link, generation), value: writer.bytes)
    }

    private func turnsKey(_ device: Int32, _ generation: UInt8) -> [UInt8] {
        EngineRows.turnsKey(state.identifiers.hashes[Int(device)], generation)
    }

    private func turnsRow(_ device: Int32, _ turns: [TurnTable.Turn], isContested: Bool, _ generation: UInt8)
        -> IdentityChanges.Row
    {
        var writer = ByteWriter(capacity: 8 + 42 * turns.count)
        writer.byte(EngineRows.format)
        writer.byte(isContested ? 1 : 0)
        writer.count(turns.count)
        for turn in turns {
            writer.moment(turn.moment.timeMs, digest(of: turn.moment.content))
            writer.byte(turn.person < 0 ? 0 : 1)
            // At a sign-out: who it is nobody's in particular from then on.
            let hash = turn.person < 0 ? nil : state.identifiers.hashes[Int(turn.person)]
            writer.hash(
                hash
                    ?? state.derived.waiting(
                        device,
                        state.identifiers.hashes[Int(device)],
                        sinceMs: turn.moment.timeMs
                    )
            )
        }
        return .init(key: turnsKey(device, generation), value: writer.bytes)
    }

    /// What the rows of a content are named by.
    private func digest(of content: Int32) -> Hash128 {
        let draft = state.contents.draft(of: content)
        let identifier = { (number: Int32) in state.identifiers.identifier(number, in: rules) }
        let consent: Bool? = draft.consent == 0 ? nil : draft.consent == 2
        let replaces =
            draft.new < 0 ? nil : Observation.Replacement(new: identifier(draft.new), old: identifier(draft.old))
        return EngineRows.content(
            Observation(
                timeMs: 0,
                names: (draft.names + draft.references).map(identifier),
                signsOut: draft.signsOut,
                replaces: replaces,
                consent: consent
            )
        )
    }
}
