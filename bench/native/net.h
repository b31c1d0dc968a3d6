/* What the load generator and the memoising server share: sockets, growing buffers, HTTP/1.1 message borders. */
#pragma once
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  char *data;
  size_t length, capacity;
} Buffer;

/* One message that starts at `data`: where its body is, decoded in place when it is chunked. */
typedef struct {
  size_t head_length, body_length, total_length;
  int status; /* of a response; 0 for a request */
  int is_close;
} Message;

static inline void fail(const char *what) {
  perror(what);
  exit(1);
}

static inline void reserve(Buffer *buffer, size_t more) {
  if (buffer->length + more <= buffer->capacity) return;
  buffer->capacity = (buffer->length + more) * 2;
  buffer->data = realloc(buffer->data, buffer->capacity);
  if (!buffer->data) fail("realloc");
}

static inline void append(Buffer *buffer, const void *data, size_t length) {
  reserve(buffer, length);
  memcpy(buffer->data + buffer->length, data, length);
  buffer->length += length;
}

static inline void drop_front(Buffer *buffer, size_t length) {
  buffer->length -= length;
  if (buffer->length) memmove(buffer->data, buffer->data + length, buffer->length);
}

static inline uint64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static inline int connect_local(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) fail("socket");
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/* 1: read something (or nothing was there); 0: the other side has closed. */
static inline int read_available(int fd, Buffer *buffer) {
  for (;;) {
    reserve(buffer, 65536);
    ssize_t got = recv(fd, buffer->data + buffer->length, buffer->capacity - buffer->length, 0);
    if (got == 0) return 0;
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    buffer->length += got;
    if (buffer->length < buffer->capacity) return 1;
  }
}

/* 1: whole; 0: more must come; -1: malformed. */
static inline int find_chunks(char *data, size_t length, Message *message) {
  size_t at = message->head_length, to = at;
  for (;;) {
    char *line_end = memmem(data + at, length - at, "\r\n", 2);
    if (!line_end) return 0;
    size_t size = strtoul(data + at, NULL, 16);
    size_t start = line_end + 2 - data;
    if (start + size + 2 > length) return 0;
    if (size == 0) {
      message->total_length = start + 2;
      message->body_length = to - message->head_length;
      return 1;
    }
    memmove(data + to, data + start, size);
    to += size;
    at = start + size + 2;
  }
}

/*
 * 1: a whole message is there; 0: more must come; -1: malformed. Chunks are moved together only once the last one is
 * there, so that an unfinished body is left as it came.
 */
static inline int find_message(Buffer *buffer, Message *message) {
  char *data = buffer->data;
  char *end = buffer->length ? memmem(data, buffer->length, "\r\n\r\n", 4) : NULL;
  if (!end) return 0;
  memset(message, 0, sizeof *message);
  message->head_length = end + 4 - data;
  if (!memcmp(data, "HTTP/1.", 7)) message->status = atoi(data + 9);
  int is_chunked = 0;
  for (char *line = memchr(data, '\n', message->head_length) + 1; line < end; line = memchr(line, '\n', end + 4 - line) + 1) {
    if (!strncasecmp(line, "content-length:", 15)) message->body_length = strtoul(line + 15, NULL, 10);
    if (!strncasecmp(line, "transfer-encoding: chunked", 26)) is_chunked = 1;
    if (!strncasecmp(line, "connection: close", 17)) message->is_close = 1;
  }
  if (!is_chunked) {
    message->total_length = message->head_length + message->body_length;
    return buffer->length >= message->total_length;
  }
  /* The last chunk's line ends every chunked body that has no trailers, and none of these has. */
  if (memcmp(data + buffer->length - 5, "0\r\n\r\n", 5)) return 0;
  return find_chunks(data, buffer->length, message);
}
