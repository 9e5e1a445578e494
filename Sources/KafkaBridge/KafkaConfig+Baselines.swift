// SPDX-License-Identifier: Apache-2.0

/// The settings to start from. Each differs from the library's default for a reason, which stands beside it.
extension KafkaConfig {
    /// For every client.
    public static func base(bootstrap: String, clientID: String = "tabiji") -> KafkaConfig {
        KafkaConfig([
            "bootstrap.servers": bootstrap,
            "client.id": clientID,
            "socket.nagle.disable": "true",  // small requests wait for acknowledgements otherwise
            "socket.keepalive.enable": "true",  // idle connections are dropped by address translators
            "reconnect.backoff.max.ms": "2000",  // 10 s would prolong a failover
            "topic.metadata.refresh.interval.ms": "60000",  // this version gets no hints about new leaders
            "log.connection.close": "false",  // idle connections are reaped all day
        ])
    }

    /// A consumer whose offsets are committed by its owner alone.
    public static func consumer(bootstrap: String, group: String, clientID: String = "tabiji") -> KafkaConfig {
        base(bootstrap: bootstrap, clientID: clientID).merging([
            "group.id": group,
            "isolation.level": "read_committed",  // also makes committed offsets wait for open transactions
            "enable.auto.commit": "false",
            "enable.auto.offset.store": "false",
            "auto.offset.reset": "error",  // never jump silently
            "session.timeout.ms": "30000",  // covers a restart of a static member
            "heartbeat.interval.ms": "3000",
            "max.poll.interval.ms": "300000",
            "fetch.wait.max.ms": "50",  // latency when idle
            "fetch.error.backoff.ms": "50",  // 500 would stall at each change of a leader
            "queued.max.messages.kbytes": "65536",  // the real bound of memory
            "queued.min.messages": "100000",
            "check.crcs": "true",
        ])
    }

    /// An idempotent producer.
    public static func producer(bootstrap: String, clientID: String = "tabiji") -> KafkaConfig {
        base(bootstrap: bootstrap, clientID: clientID).merging([
            "enable.idempotence": "true",
            "acks": "all",
            "delivery.report.only.error": "false",  // successes wake a flush at once
            "linger.ms": "5",
            "batch.num.messages": "10000",
            "batch.size": "1000000",
            "queue.buffering.max.messages": "500000",
            "queue.buffering.max.kbytes": "262144",  // queue full is the back-pressure
            "compression.codec": "lz4",
            "retry.backoff.ms": "20",  // a commit waits this long when the last one is still being written
        ])
    }

    /// A transactional producer. `id` belongs to one worker, and stays the same when it restarts.
    public static func transactional(
        bootstrap: String,
        id: String,
        timeoutMs: Int = 15_000,
        clientID: String = "tabiji"
    ) -> KafkaConfig {
        producer(bootstrap: bootstrap, clientID: clientID).merging([
            "transactional.id": id,
            "transaction.timeout.ms": String(timeoutMs),  // readers wait this long for a dead worker
        ])
    }
}
