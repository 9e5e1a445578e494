// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <zlib.h>

// inflateInit2 is a macro that passes zlib's version and the size of the stream. 15 + 16: the largest window, gzip
// framing and nothing else.
static inline int tabiji_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
