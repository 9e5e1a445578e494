// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// rd_kafka_producev is variadic, which Swift cannot call; it is the one produce call that both takes headers and
// returns its error instead of leaving it in errno. `headers` pass to the library only when the call succeeds.
static inline rd_kafka_resp_err_t crdkafka_produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, int32_t partition,
                                                   const void *key, size_t key_size, const void *value,
                                                   size_t value_size, rd_kafka_headers_t *headers) {
    if (headers) {
        return rd_kafka_producev(rk, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_size),
                                 RD_KAFKA_V_VALUE((void *)value, value_size), RD_KAFKA_V_HEADERS(headers),
                                 RD_KAFKA_V_END);
    }
    return rd_kafka_producev(rk, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_size),
                             RD_KAFKA_V_VALUE((void *)value, value_size), RD_KAFKA_V_END);
}

// For tests, variadic too: the broker's next answer to this kind of request is no error, and takes `ms` milliseconds.
static inline rd_kafka_resp_err_t crdkafka_mock_delay(rd_kafka_mock_cluster_t *cluster, int32_t broker, int16_t request,
                                                      int ms) {
    return rd_kafka_mock_broker_push_request_error_rtts(cluster, broker, request, 1, RD_KAFKA_RESP_ERR_NO_ERROR, ms);
}
