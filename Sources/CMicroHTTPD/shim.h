// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <microhttpd.h>

// MHD_start_daemon is variadic. Starts epoll threads on a socket that listens already; it belongs to the daemon then.
static inline struct MHD_Daemon *tabiji_http_start(
    int listen_socket,
    unsigned int threads,
    unsigned int connections_max,
    unsigned int idle_timeout_seconds,
    MHD_AccessHandlerCallback handler,
    MHD_RequestCompletedCallback completed,
    void *context) {
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC;
    struct MHD_OptionItem pool[] = {
        {threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(
        flags, 0, NULL, NULL, handler, context,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listen_socket,
        MHD_OPTION_CONNECTION_LIMIT, connections_max,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_timeout_seconds,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_ARRAY, pool,
        MHD_OPTION_END);
}
