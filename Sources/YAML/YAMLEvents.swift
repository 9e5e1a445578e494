// SPDX-License-Identifier: Apache-2.0
internal import CYAML

/// One event of libyaml's parser, as a value of ours.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(YAMLScalar)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    var kind: Kind
    var anchor: String?
    /// An explicit tag, as libyaml resolves it.
    var tag: String?
    var mark: YAMLMark
}

extension YAMLEvent {
    /// All events of a text.
    ///
    /// The only place that touches libyaml.
    static func all(of bytes: [UInt8], source: String) throws(YAMLMistake) -> [YAMLEvent] {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { unsafe parser.deallocate() }
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            throw YAMLMistake(mark: YAMLMark(source: source), message: "no memory to read it")
        }
        defer { unsafe yaml_parser_delete(parser) }
        let result: Result<[YAMLEvent], YAMLMistake> = unsafe bytes.withUnsafeBufferPointer { buffer in
            // The parser keeps the pointer: it is only used within this closure.
            unsafe yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            var events: [YAMLEvent] = []
            while true {
                var raw = unsafe yaml_event_t()
                guard unsafe yaml_parser_parse(parser, &raw) == 1 else {
                    return .failure(unsafe mistake(of: parser.pointee, bytes: bytes, source: source))
                }
                defer { unsafe yaml_event_delete(&raw) }
                guard let event = unsafe YAMLEvent(raw, source: source) else { continue }
                events.append(event)
                if case .streamEnd = event.kind { return .success(events) }
            }
        }
        return try result.get()
    }

    private init?(_ raw: yaml_event_t, source: String) {
        let start = unsafe raw.start_mark
        mark = YAMLMark(source: source, line: start.line + 1, column: start.column + 1)
        switch unsafe raw.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_STREAM_END_EVENT: kind = .streamEnd
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_ALIAS_EVENT:
            kind = .alias(unsafe Self.text(raw.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let data = unsafe raw.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: data.value, count: data.length)
            let text = unsafe String(decoding: bytes, as: UTF8.self)
            kind = .scalar(YAMLScalar(text, isPlain: unsafe data.style == YAML_PLAIN_SCALAR_STYLE))
            anchor = unsafe Self.text(data.anchor)
            tag = unsafe Self.text(data.tag)
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequenceStart
            anchor = unsafe Self.text(raw.data.sequence_start.anchor)
            tag = unsafe Self.text(raw.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart
            anchor = unsafe Self.text(raw.data.mapping_start.anchor)
            tag = unsafe Self.text(raw.data.mapping_start.tag)
        default: return nil
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }

    private static func mistake(of parser: yaml_parser_t, bytes: [UInt8], source: String) -> YAMLMistake {
        let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "it cannot be read"
        guard unsafe parser.error != YAML_READER_ERROR else {
            // Readers' errors have an offset in bytes and no mark.
            let before = unsafe bytes.prefix(parser.problem_offset)
            let column = before.count - (before.lastIndex(of: 10).map { $0 + 1 } ?? 0) + 1
            let mark = YAMLMark(source: source, line: before.count { $0 == 10 } + 1, column: column)
            return YAMLMistake(mark: mark, message: "expected UTF-8 text: \(problem)")
        }
        let at = unsafe parser.problem_mark
        let context = unsafe parser.context.map {
            unsafe " \(String(cString: $0)), from line \(parser.context_mark.line + 1) on"
        }
        return YAMLMistake(
            mark: YAMLMark(source: source, line: at.line + 1, column: at.column + 1),
            message: "expected YAML: \(problem)\(context ?? "")"
        )
    }
}
