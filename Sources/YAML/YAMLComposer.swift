// SPDX-License-Identifier: Apache-2.0

/// Makes the tree out of the events.
struct YAMLComposer {
    private static let depthMax = 64
    private static let nodesMax = 1_000_000

    /// Doubled keys, which do not keep the rest from being read.
    private(set) var mistakes: [YAMLMistake] = []
    private let events: [YAMLEvent]
    private let source: String
    private var next = 0
    private var nodes = 0
    private var anchors: [String: (node: YAMLNode, nodes: Int)] = [:]

    init(events: [YAMLEvent], source: String) {
        self.events = events
        self.source = source
    }

    mutating func document() throws(YAMLMistake) -> YAMLNode {
        var root: YAMLNode?
        while let event = take() {
            switch event.kind {
            case .streamStart, .streamEnd, .documentEnd: continue
            case .documentStart:
                guard root == nil else {
                    throw YAMLMistake(mark: event.mark, message: "expected one document, found another")
                }
                guard let first = take() else { continue }
                root = try node(first, path: YAMLPath())
            default:
                throw YAMLMistake(mark: event.mark, message: "expected a document")
            }
        }
        guard let root, !root.isNull else {
            return YAMLNode(.mapping([]), mark: YAMLMark(source: source, line: 1, column: 1))
        }
        return root
    }

    private mutating func take() -> YAMLEvent? {
        guard next < events.count else { return nil }
        next += 1
        return events[next - 1]
    }

    private mutating func node(_ event: YAMLEvent, path: YAMLPath) throws(YAMLMistake) -> YAMLNode {
        guard path.steps.count <= Self.depthMax else {
            throw YAMLMistake(mark: event.mark, message: "expected at most \(Self.depthMax) levels")
        }
        let before = nodes
        try count(1, at: event)
        let content: YAMLNode.Content
        switch event.kind {
        case .alias(let name):
            guard let (aliased, size) = anchors[name] else {
                throw YAMLMistake(mark: event.mark, path: path, message: "expected a known anchor, found *\(name)")
            }
            try count(size, at: event)
            return aliased
        case .scalar(let scalar): content = .scalar(try tagged(scalar, event, path))
        case .sequenceStart: content = .sequence(try elements(path))
        case .mappingStart: content = .mapping(try entries(path))
        default: throw YAMLMistake(mark: event.mark, path: path, message: "expected a value")
        }
        if event.tag != nil, event.scalar == nil { throw unknownTag(event, path) }
        let node = YAMLNode(content, mark: event.mark)
        if let anchor = event.anchor { anchors[anchor] = (node, nodes - before) }
        return node
    }

    private mutating func count(_ more: Int, at event: YAMLEvent) throws(YAMLMistake) {
        nodes += more
        guard nodes <= Self.nodesMax else {
            throw YAMLMistake(
                mark: event.mark,
                message: "expected at most \(Self.nodesMax) values, aliases written out"
            )
        }
    }

    private func tagged(_ scalar: YAMLScalar, _ event: YAMLEvent, _ path: YAMLPath) throws(YAMLMistake) -> YAMLScalar {
        switch event.tag {
        case nil: return scalar
        case "tag:yaml.org,2002:str", "!": return YAMLScalar(scalar.text, isPlain: false)
        default: throw unknownTag(event, path)
        }
    }

    private func unknownTag(_ event: YAMLEvent, _ path: YAMLPath) -> YAMLMistake {
        YAMLMistake(mark: event.mark, path: path, message: "expected no tag but !!str, found \(event.tag ?? "")")
    }

    private mutating func elements(_ path: YAMLPath) throws(YAMLMistake) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while let event = take() {
            if case .sequenceEnd = event.kind { break }
            elements.append(try node(event, path: path.appending(.index(elements.count))))
        }
        return elements
    }

    private mutating func entries(_ path: YAMLPath) throws(YAMLMistake) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        while let event = take() {
            if case .mappingEnd = event.kind { break }
            guard let key = event.scalar else {
                throw YAMLMistake(mark: event.mark, path: path, message: "expected a key of text")
            }
            let here = path.appending(.key(key.text))
            guard let first = take() else { break }
            let value = try node(first, path: here)
            if let line = lines[key.text] {
                let message = "expected each key once, found “\(key.text)” again (first on line \(line))"
                mistakes.append(YAMLMistake(mark: event.mark, path: here, message: message))
            } else {
                lines[key.text] = event.mark.line
                entries.append(YAMLEntry(key: key.text, keyMark: event.mark, value: value))
            }
        }
        return entries
    }
}

extension YAMLEvent {
    fileprivate var scalar: YAMLScalar? {
        if case .scalar(let scalar) = kind { scalar } else { nil }
    }
}
