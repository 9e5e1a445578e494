# SPDX-License-Identifier: Apache-2.0
# On a bare Debian 12 with Swift: `make demo` shows it, `make test` checks it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build demo test bench simulate format

# Options for swift build, such as --build-path DIR.
SWIFT_FLAGS ?=
PORT ?= 8080
# Options for the simulator, such as --scenarios N --seed S.
SIMULATE ?=

help: ## Says what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Installs the libraries that are missing, and says which
	@.ci/setup

build: setup ## Builds the program for use
	swift build -c release --product tabiji $(SWIFT_FLAGS)

demo: build ## Shows live traffic on a page: http://127.0.0.1:PORT (PORT=8080)
	"$$(swift build -c release $(SWIFT_FLAGS) --show-bin-path)/tabiji" demo --port $(PORT)

test: ## Runs every test (Kafka: TABIJI_TEST_KAFKA=HOST:PORT, or KAFKA_SCRIPT=FILE)
	@java=; if [[ -n "$${KAFKA_SCRIPT:-}" && -z "$${TABIJI_TEST_KAFKA:-}" ]] && ! command -v java >/dev/null; \
	then java=openjdk-17-jre-headless; fi; \
	model=; if [[ -f "$${TABIJI_SHARED:-../shared}/model/intake.py" ]]; then model=python3-phonenumbers; fi; \
	.ci/setup $$java $$model
	@Tests/run-tests.sh $(SWIFT_FLAGS)

bench: setup ## Measures speed
	swift run -c release $(SWIFT_FLAGS) Benchmarks

simulate: setup ## Runs the engines under random schedules (SIMULATE='--scenarios N --seed S')
	SWIFT_DETERMINISTIC_HASHING=1 swift run -c release $(SWIFT_FLAGS) Simulator $(SIMULATE)

format: ## Formats the Swift files
	swift format --in-place --parallel --recursive Sources Tests Package.swift
