// SPDX-License-Identifier: Apache-2.0
#include "CSimdJSON.h"

#include <new>
#include <simdjson.h>

struct csimdjson_parser {
    simdjson::dom::parser parser;
};

size_t csimdjson_padding(void) { return simdjson::SIMDJSON_PADDING; }

csimdjson_parser *csimdjson_create(void) { return new (std::nothrow) csimdjson_parser; }

void csimdjson_free(csimdjson_parser *parser) { delete parser; }

csimdjson_document csimdjson_parse(csimdjson_parser *parser, const uint8_t *padded, size_t length) {
    csimdjson_document result = {-1, nullptr, 0, nullptr};
    try {
        // The caller has padded the buffer: no copy here.
        result.error = static_cast<int32_t>(parser->parser.parse(padded, length, false).error());
    } catch (...) {
        return result;
    }
    if (result.error != 0) return result;
    const auto &document = parser->parser.doc;
    result.tape = document.tape.get();
    result.tape_count = static_cast<size_t>(result.tape[0] & 0x00ffffffffffffffULL);
    result.strings = document.string_buf.get();
    return result;
}
