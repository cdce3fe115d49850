/*
 * What origin, load and check share: the clock, sockets on loopback, and reading one HTTP/1.1
 * message from a buffer as it arrives. Single-threaded programs; nothing here allocates.
 */
#ifndef SIGNALBOX_BENCH_WIRE_H
#define SIGNALBOX_BENCH_WIRE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NANOS 1000000000ull

/* `#x` so that a failed call names itself; a benchmark that cannot set up its sockets has nothing to report. */
#define MUST(call) must((long)(call), #call)

static inline long must(long result, const char *what) {
  if (result < 0) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
  }
  return result;
}

static inline uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * NANOS + (uint64_t)t.tv_nsec;
}

static inline struct sockaddr_in loopback(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

/* The soft limit is often 1024; idle-9000 needs as many as the machine lets us have. */
static inline void raise_descriptor_limit(void) {
  struct rlimit limit;
  MUST(getrlimit(RLIMIT_NOFILE, &limit));
  limit.rlim_cur = limit.rlim_max;
  MUST(setrlimit(RLIMIT_NOFILE, &limit));
}

/* A connect on loopback that has begun; the caller sends at once or waits for EPOLLOUT. -1 on failure. */
static inline int connect_loopback(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct sockaddr_in a = loopback(port);
  if (connect(fd, (struct sockaddr *)&a, sizeof a) < 0 && errno != EINPROGRESS) {
    close(fd);
    return -1;
  }
  return fd;
}

/* ---- one message, request or response, read as it arrives ---- */

enum message_state { HEAD, BODY_LENGTH, CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_DATA, CHUNK_END, TRAILER, DONE, BROKEN };

struct message {
  enum message_state state;
  bool chunked, has_length, close, upgrade;
  uint64_t left;   /* bytes of this body, or of this chunk, still to come */
  uint64_t body;   /* bytes of body seen */
  unsigned line;   /* bytes on the current trailer line */
  char tag[24];    /* X-Request-Tag, empty if none */
  char sum[12];    /* X-Body-Sum, empty if none */
};

static inline void message_reset(struct message *m) {
  m->state = HEAD;
  m->chunked = m->has_length = m->close = m->upgrade = false;
  m->left = m->body = 0;
  m->line = 0;
  m->tag[0] = m->sum[0] = 0;
}

static inline void copy_value(char *to, size_t room, const char *from, size_t n) {
  if (n >= room) n = room - 1;
  memcpy(to, from, n);
  to[n] = 0;
}

static inline bool name_is(const char *line, size_t n, const char *name, size_t name_n) {
  return n == name_n && strncasecmp(line, name, n) == 0;
}
#define NAME_IS(line, n, literal) name_is(line, n, literal, sizeof(literal) - 1)

static inline bool value_has(const char *v, size_t n, const char *word) {
  size_t w = strlen(word);
  for (size_t i = 0; i + w <= n; i++)
    if (strncasecmp(v + i, word, w) == 0) return true;
  return false;
}

/* Takes the framing out of the header lines in [at, end); `end` is just after the empty line. */
static inline void message_headers(struct message *m, const char *at, const char *end) {
  while (at < end) {
    const char *eol = memchr(at, '\n', (size_t)(end - at));
    if (!eol || eol == at || eol[-1] != '\r') { m->state = BROKEN; return; }
    if (eol == at + 1) break;
    const char *colon = memchr(at, ':', (size_t)(eol - at));
    if (!colon) { m->state = BROKEN; return; }
    size_t name_n = (size_t)(colon - at);
    const char *v = colon + 1;
    while (v < eol && (*v == ' ' || *v == '\t')) v++;
    size_t v_n = (size_t)(eol - 1 - v);
    if (NAME_IS(at, name_n, "content-length")) {
      char *stop;
      if (m->has_length) { m->state = BROKEN; return; } /* RFC 9112 §6.3: two lengths are an error */
      m->left = strtoull(v, &stop, 10);
      m->has_length = true;
      if (stop != eol - 1 || v_n == 0) { m->state = BROKEN; return; }
    } else if (NAME_IS(at, name_n, "transfer-encoding")) {
      m->chunked = value_has(v, v_n, "chunked");
    } else if (NAME_IS(at, name_n, "connection")) {
      m->close = value_has(v, v_n, "close");
      m->upgrade = value_has(v, v_n, "upgrade");
    } else if (NAME_IS(at, name_n, "x-request-tag")) {
      copy_value(m->tag, sizeof m->tag, v, v_n);
    } else if (NAME_IS(at, name_n, "x-body-sum")) {
      copy_value(m->sum, sizeof m->sum, v, v_n);
    }
    at = eol + 1;
  }
  if (m->chunked && m->has_length) { m->state = BROKEN; return; } /* RFC 9112 §6.3: never both */
  if (m->chunked) { m->state = CHUNK_SIZE; m->left = 0; m->line = 0; }
  else m->state = m->left ? BODY_LENGTH : DONE;
}

static inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/*
 * Reads body bytes from `at` and returns how many it used; `on_body`, if given, sees each span of data.
 * Stops at the end of the message, so what follows belongs to the next one.
 */
static inline size_t message_body(struct message *m, const char *at, size_t n,
                                  void (*on_body)(void *, const char *, size_t), void *self) {
  size_t used = 0;
  while (used < n && m->state != DONE && m->state != BROKEN) {
    char c = at[used];
    switch (m->state) {
      case BODY_LENGTH:
      case CHUNK_DATA: {
        size_t span = n - used < m->left ? n - used : (size_t)m->left;
        if (on_body) on_body(self, at + used, span);
        used += span;
        m->left -= span;
        m->body += span;
        if (!m->left) m->state = m->state == BODY_LENGTH ? DONE : CHUNK_END;
        continue;
      }
      case CHUNK_SIZE: { /* RFC 9112 §7.1 */
        int digit = hex_digit(c);
        if (digit >= 0 && m->line < 15) { m->left = m->left * 16 + (unsigned)digit; m->line++; }
        else if (m->line && c == ';') m->state = CHUNK_EXTENSION;
        else if (m->line && c == '\n') goto size_known;
        else if (!m->line || c != '\r') m->state = BROKEN;
        break;
      }
      case CHUNK_EXTENSION:
        if (c == '\n') goto size_known;
        break;
      size_known:
        m->line = 0;
        m->state = m->left ? CHUNK_DATA : TRAILER;
        break;
      case CHUNK_END: /* the CR and LF after a chunk's data */
        if (c == '\n') { m->state = CHUNK_SIZE; m->left = 0; m->line = 0; }
        else if (c != '\r') m->state = BROKEN;
        break;
      case TRAILER:
        if (c == '\n') { if (!m->line) m->state = DONE; m->line = 0; }
        else if (c != '\r') m->line++;
        break;
      case HEAD: case DONE: case BROKEN: return used;
    }
    used++;
  }
  return used;
}

/* The length of the head in [at, at+n), its empty line included; 0 while it is incomplete. */
static inline size_t head_length(const char *at, size_t n) {
  const char *end = memmem(at, n, "\r\n\r\n", 4);
  return end ? (size_t)(end - at) + 4 : 0;
}

/* A response head: returns the status, or -1 if the line is not one. The rest goes into `m`. */
static inline int response_head(struct message *m, const char *at, size_t n) {
  const char *eol = memchr(at, '\n', n);
  if (!eol || n < 15 || memcmp(at, "HTTP/1.", 7) != 0 || at[8] != ' ') { m->state = BROKEN; return -1; }
  int status = (at[9] - '0') * 100 + (at[10] - '0') * 10 + (at[11] - '0');
  message_headers(m, eol + 1, at + n);
  /* Every response here must say where it ends; one that ends with the connection could hide a truncation. */
  if (m->state != BROKEN && !m->chunked && !m->has_length && status != 204 && status != 304) m->state = BROKEN;
  return status;
}

/* FNV-1a: enough to see that a body is the one that was sent. */
static inline uint32_t body_sum(uint32_t sum, const char *at, size_t n) {
  for (size_t i = 0; i < n; i++) sum = (sum ^ (unsigned char)at[i]) * 16777619u;
  return sum;
}
#define BODY_SUM_START 2166136261u

#endif
