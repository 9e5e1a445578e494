#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs every test; the arguments go to `swift build` and `swift test` both.
#
# Tests that need Kafka use the one that TABIJI_TEST_KAFKA names (HOST:PORT,…), else one that the script KAFKA_SCRIPT starts,
# with a data folder and a port of its own, wiped afterwards. They run the program that TABIJI_BINARY names, else one that is
# built for release here: one for debugging takes twenty times as long. With CI set, warnings are errors.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

flags=("$@")
if [[ -n ${CI:-} ]]; then flags+=(-Xswiftc -warnings-as-errors); fi

# A port with nothing on it, nor on those that more brokers would take.
free_port() {
  local port step busy
  for ((attempt = 0; attempt < 100; attempt++)); do
    port=$((20000 + RANDOM % 400 * 30))
    busy=0
    for step in 0 1 10 11 20 21; do
      if (exec 3<>"/dev/tcp/127.0.0.1/$((port + step))") 2>/dev/null; then busy=1; fi
    done
    if ((!busy)); then
      echo "$port"
      return
    fi
  done
  return 1
}

unset KAFKA_DATA KAFKA_PORT
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tabiji-tests.XXXXXX")
wipe() {
  if [[ -n ${KAFKA_DATA:-} ]]; then "$KAFKA_SCRIPT" wipe >/dev/null 2>&1 || true; fi
  rm -rf "$scratch"
}
trap wipe EXIT
trap 'exit 130' INT TERM

if [[ -n ${TABIJI_TEST_KAFKA:-} ]]; then
  unset KAFKA_SCRIPT
  echo "tests: Kafka at $TABIJI_TEST_KAFKA; left out: fault tests of IntegrationTests, which stop and kill brokers (set KAFKA_SCRIPT instead)"
elif [[ -z ${KAFKA_SCRIPT:-} ]]; then
  echo "tests: left out: the tests of IntegrationTests that need Kafka (set TABIJI_TEST_KAFKA=HOST:PORT, or KAFKA_SCRIPT)"
elif [[ ! -f $KAFKA_SCRIPT ]]; then
  echo "tests: KAFKA_SCRIPT names $KAFKA_SCRIPT, which is no file" >&2
  exit 1
fi

swift build --build-tests "${flags[@]}"

if [[ -n ${KAFKA_SCRIPT:-} ]]; then
  KAFKA_SCRIPT=$(realpath "$KAFKA_SCRIPT")
  KAFKA_DATA=$scratch/kafka
  KAFKA_PORT=$(free_port)
  export KAFKA_SCRIPT KAFKA_DATA KAFKA_PORT
  if ! "$KAFKA_SCRIPT" start --port "$KAFKA_PORT" >/dev/null; then
    echo "tests: $KAFKA_SCRIPT did not start" >&2
    exit 1
  fi
  TABIJI_TEST_KAFKA=127.0.0.1:$KAFKA_PORT
  export TABIJI_TEST_KAFKA
  echo "tests: Kafka at $TABIJI_TEST_KAFKA, until the end"
fi

if [[ -n ${TABIJI_TEST_KAFKA:-} && -z ${TABIJI_BINARY:-} ]]; then
  swift build -c release --product tabiji "${flags[@]}"
  TABIJI_BINARY=$(swift build -c release --product tabiji "${flags[@]}" --show-bin-path)/tabiji
  export TABIJI_BINARY
fi

# Thousands of lines come before the end: what failed is said once more there, above the totals.
output=$scratch/output
status=0
swift test --skip-build "${flags[@]}" 2>&1 | tee "$output" || status=$?
if ((status)); then
  echo "tests: what failed, once more"
  awk '/^✘/ { isTold = 1 } !/^(✘|↳)/ { isTold = 0 } isTold' "$output"
fi
exit "$status"
