// SPDX-License-Identifier: Apache-2.0
#pragma once
// A C face of simdjson's DOM parser: bytes in, its tape and string buffer out.
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct csimdjson_parser csimdjson_parser;

/// What a parse left behind. The memory is the parser's, until its next call.
typedef struct {
    /// 0: parsed.
    int32_t error;
    const uint64_t *tape;
    /// Words of the tape, both root words included.
    size_t tape_count;
    const uint8_t *strings;
} csimdjson_document;

/// The bytes that have to be readable after the end of what is parsed.
size_t csimdjson_padding(void);

/// NULL when there is no memory. One thread at a time.
csimdjson_parser *csimdjson_create(void);
void csimdjson_free(csimdjson_parser *parser);
csimdjson_document csimdjson_parse(csimdjson_parser *parser, const uint8_t *padded, size_t length);

#ifdef __cplusplus
}
#endif
