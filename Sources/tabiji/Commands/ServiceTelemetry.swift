// SPDX-License-Identifier: Apache-2.0
internal import Pipeline
internal import Telemetry

/// Log lines and metrics of what happens in a service. Never names a customer.
final class ServiceTelemetry: Sendable {
    let metrics = MetricsRegistry()
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Takes one fact; called on workers' threads.
    @Sendable func take(_ fact: ServiceFact) {
        switch fact {
        case .assigned(let role, let partitions):
            logger.info("partitions assigned", ["role": "\(role.name)", "partitions": .integer(partitions)])
        case .released(let role, let partitions):
            logger.info("partitions released", ["role": "\(role.name)", "partitions": .integer(partitions)])
        case .restored(let role, let partition, let records, let ms):
            logger.info(
                "restored",
                [
                    "role": "\(role.name)", "partition": .integer(Int(partition)), "records": .integer(records),
                    "ms": .integer(Int(ms)),
                ]
            )
            counter("tabiji_restored_records_total", "Changelog records replayed into local state.", role).add(records)
        case .processed(let role, let records, let bytes):
            counter("tabiji_records_total", "Records read and processed.", role).add(records)
            counter("tabiji_record_bytes_total", "Bytes of the records read.", role).add(bytes)
        case .committed(let role, _, let appends, let ms):
            counter("tabiji_commits_total", "Commits that succeeded.", role).add()
            counter("tabiji_appends_total", "Records appended, state rows apart.", role).add(appends)
            metrics.histogram("tabiji_commit_seconds", "How long a commit takes.", labels(role)).observe(
                Double(ms) / 1000
            )
        case .aborted(let role, let reason):
            logger.warning("commit aborted, the records come again", ["role": "\(role.name)", "reason": "\(reason)"])
            counter("tabiji_aborts_total", "Commits of which nothing happened.", role).add()
        case .refolding(let left, let done):
            logger.info(
                "the rules have changed, customers are folded again",
                ["left": .integer(left), "done": .integer(done)]
            )
        case .busy(let busy):
            logger.warning(
                "one identifier stands in a great part of all events: who sends it?",
                [
                    "identifier": "\(busy.identifier)", "realm": "\(busy.realm)",
                    "percent": .integer(Int((busy.share * 100).rounded())),
                ]
            )
        case .purged:
            metrics.counter("tabiji_purges_total", "Times that internal topics lost what has been read.").add()
        case .notPurged(let reason):
            logger.warning(
                "internal topics keep what has been read, and what is forgotten; it is tried again",
                ["reason": "\(reason)"]
            )
            metrics.counter("tabiji_purge_failures_total", "Times that they should have lost it, and did not.").add()
        case .refolded(let customers):
            logger.info("customers are folded by the rules of now", ["customers": .integer(customers)])
        }
    }

    /// Gauges that are read when asked for.
    func observe(_ service: Service) {
        for (name, help, read) in ServiceGauges.all { metrics.gauge(name, help) { [service] in read(service.current) } }
        for reason in ServiceStatus.deadLetterReasons {
            let label = [MetricLabel("reason", reason)]
            metrics.gauge("tabiji_deadletters", "Dead letters since the start, by reason.", label) { [service] in
                Double(service.current.deadletters[reason] ?? 0)
            }
        }
        for type in service.controlTypes {
            metrics.counter(
                "tabiji_control_refused_total",
                "Control records (forgetting, unlinking) that were refused, for whatever reason.",
                [MetricLabel("type", type)]
            ) { [service] in Double(service.current.refusedControl[type] ?? 0) }
        }
        observeCaches(service)
        for role in Role.allCases {
            metrics.gauge("tabiji_partitions", "Partitions that this process has.", labels(role)) { [service] in
                Double(service.current.roles[role]?.partitions ?? 0)
            }
            metrics.gauge("tabiji_lag_records", "Records that wait in a role's inputs.", labels(role)) { [service] in
                Double(service.current.roles[role]?.lag ?? 0)
            }
        }
    }

    private func observeCaches(_ service: Service) {
        for (name, use) in JourneyCaches.byName {
            let label = [MetricLabel("cache", name)]
            metrics.counter("tabiji_cache_hits_total", "Found in a cache.", label) { [service] in
                Double(use(service.current.caches).hits)
            }
            metrics.counter("tabiji_cache_misses_total", "Not found in a cache.", label) { [service] in
                Double(use(service.current.caches).misses)
            }
            metrics.counter("tabiji_cache_evictions_total", "Left a cache to make room.", label) { [service] in
                Double(use(service.current.caches).evictions)
            }
            metrics.gauge("tabiji_cache_entries", "In a cache now.", label) { [service] in
                Double(use(service.current.caches).entries)
            }
        }
    }

    private func counter(_ name: String, _ help: String, _ role: Role) -> Counter {
        metrics.counter(name, help, labels(role))
    }

    private func labels(_ role: Role) -> [MetricLabel] { [MetricLabel("role", role.name)] }
}
