// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

/// Calls of the allocator that returned memory, in this process so far: those of C and C++ libraries too.
uint64_t tabiji_allocations(void);

/// Bytes of memory that this process holds now, once what is free has been given back.
int64_t tabiji_resident_bytes(void);
