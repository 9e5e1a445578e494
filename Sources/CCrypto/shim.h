// SPDX-License-Identifier: Apache-2.0
#pragma once
// The low-level SHA-256 calls are the fast ones; this says that we mean to use them.
#define OPENSSL_API_COMPAT 0x10101000L
#include <openssl/sha.h>
