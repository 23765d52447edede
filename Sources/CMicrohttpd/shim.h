#ifndef CMICROHTTPD_SHIM_H
#define CMICROHTTPD_SHIM_H

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

/* Swift cannot call variadic functions, nor see macros that cast. */

/* Starts a server on 127.0.0.1 (port 0: any free port) with one thread of its own.
   Connections may be suspended. Returns NULL on failure. */
static inline struct MHD_Daemon *smhd_start_on_loopback(
    uint16_t port, size_t connection_memory, unsigned int connection_limit,
    unsigned int idle_timeout_seconds, MHD_AccessHandlerCallback handler, void *handler_context,
    MHD_RequestCompletedCallback completed, void *completed_context) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return MHD_start_daemon(
      MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, port, NULL, NULL, handler,
      handler_context, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory, MHD_OPTION_CONNECTION_LIMIT,
      connection_limit, MHD_OPTION_CONNECTION_TIMEOUT, idle_timeout_seconds,
      MHD_OPTION_NOTIFY_COMPLETED, completed, completed_context, MHD_OPTION_END);
}

/* The port a server listens on; 0 when it is not known. */
static inline uint16_t smhd_port(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info == NULL ? 0 : info->port;
}

/* Calls the iterator for each header of the request. */
static inline void smhd_each_header(
    struct MHD_Connection *connection, MHD_KeyValueIterator iterator, void *context) {
  MHD_get_connection_values(connection, MHD_HEADER_KIND, iterator, context);
}

/* What a content reader returns for a regular end, and for an end that is an error. */
static inline ssize_t smhd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t smhd_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }

/* The size of a response whose length is not known beforehand. */
static inline uint64_t smhd_size_unknown(void) { return MHD_SIZE_UNKNOWN; }

#endif
