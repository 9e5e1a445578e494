// SPDX-License-Identifier: Apache-2.0
#pragma once
// A C face of libphonenumber: one text in, its E.164 form out.
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Writes the E.164 form of a telephone number (at most `capacity` bytes, no terminating zero) and returns its length.
/// 0: no number, not possible as it stands, or one whose national digits are all the same. Any thread.
size_t cphonenumber_e164(
    const uint8_t *text, size_t length, const uint8_t *region, size_t region_length, uint8_t *out, size_t capacity);

#ifdef __cplusplus
}
#endif
