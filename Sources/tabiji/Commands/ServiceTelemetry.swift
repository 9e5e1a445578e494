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
        case .refolded(let customers):
            logger.info("customers are folded by the rules of now", ["customers": .integer(customers)])
        }
    }

    /// Gauges that are read when asked for.
    func observe(_ service: Service) {
        let gauges: [(String, String, @Sendable (ServiceStatus) -> Double)] = [
            ("tabiji_ready", "1 when every role has its partitions restored.", { $0.isReady ? 1 : 0 }),
            (
                "tabiji_watermark_seconds", "Event time up to which everything is thought to have come.",
                { status in
                    status.watermarkMs.map { $0 == .min ? 0 : Double($0) / 1000 } ?? 0
                }
            ),
            (
                "tabiji_customers", "Customers that hold an event, of this process's partitions.",
                { Double($0.customers) }
            ),
            ("tabiji_alerts_open", "Alerts that are open.", { Double($0.alertsOpen) }),
            ("tabiji_events", "Distinct events held.", { Double($0.events) }),
            ("tabiji_events_forgotten", "Records of events that are forgotten.", { Double($0.forgotten) }),
            (
                "tabiji_events_folded_away", "Events beyond the horizon, folded into their customers' bases.",
                { Double($0.foldedAway) }
            ),
            (
                "tabiji_customers_suspended",
                "Customers with more touchpoints than limits.max_touchpoints: not folded.",
                { Double($0.suspended) }
            ),
            (
                "tabiji_customers_to_refold",
                "Customers that are still to be folded again because the rules have changed; about.",
                { Double($0.customersToRefold) }
            ),
            ("tabiji_broadcasts_held", "Broadcasts kept, by each partition its own.", { Double($0.broadcasts) }),
            ("tabiji_events_passed_on", "Events passed on to another customer.", { Double($0.passedOn) }),
            ("tabiji_read", "Records that intake read since the start.", { Double($0.read) }),
            (
                "tabiji_accepted", "Records that intake accepted since the start, copies included.",
                { Double($0.accepted) }
            ),
            (
                "tabiji_busiest_identifier_share",
                "The part of the recent events that name the busiest identifier, from 0.01 on; /v1/status names it.",
                { $0.busiest.first?.share ?? 0 }
            ),
            ("tabiji_tombstones", "Empty records that intake met.", { Double($0.tombstones) }),
        ]
        for (name, help, read) in gauges { metrics.gauge(name, help) { [service] in read(service.current) } }
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
