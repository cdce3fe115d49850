/* What origin and load share of WebSocket (RFC 6455): the one key of this bench, and frames. */
#ifndef SIGNALBOX_BENCH_WEBSOCKET_H
#define SIGNALBOX_BENCH_WEBSOCKET_H

#include "wire.h"

/* The example of RFC 6455 §1.3: with one key, nobody here needs SHA-1. */
#define WEBSOCKET_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define WEBSOCKET_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

enum { FIN = 0x80, MASKED = 0x80, OPCODE = 0x0f, TEXT = 1, CLOSE = 8, FRAME_ROOM = 14 };

struct frame { size_t header, payload; unsigned char first; const unsigned char *mask; };

/* True when the buffer holds a whole frame. RFC 6455 §5.2. */
static inline bool read_frame(struct frame *f, const char *at, size_t n) {
  const unsigned char *b = (const unsigned char *)at;
  if (n < 2) return false;
  f->first = b[0];
  f->payload = b[1] & 0x7f;
  f->header = 2;
  if (f->payload >= 126) {
    size_t bytes = f->payload == 126 ? 2 : 8;
    if (n < 2 + bytes) return false;
    f->payload = 0;
    for (size_t i = 0; i < bytes; i++) f->payload = f->payload << 8 | b[2 + i];
    f->header += bytes;
  }
  f->mask = NULL;
  if (b[1] & MASKED) { f->mask = b + f->header; f->header += 4; }
  return n >= f->header && n - f->header >= f->payload;
}

/* A frame's header; `mask` is NULL from a server. Returns its length. */
static inline size_t write_frame_header(char *to, unsigned char first, size_t payload, const unsigned char *mask) {
  unsigned char *b = (unsigned char *)to;
  size_t n = 2;
  b[0] = first;
  if (payload < 126) {
    b[1] = (unsigned char)payload;
  } else {
    b[1] = 126; /* the bench has none of more than 64 KB */
    b[2] = (unsigned char)(payload >> 8);
    b[3] = (unsigned char)payload;
    n = 4;
  }
  if (mask) {
    b[1] |= MASKED;
    memcpy(b + n, mask, 4);
    n += 4;
  }
  return n;
}

static inline void mask_payload(char *to, const char *from, size_t n, const unsigned char *mask) {
  for (size_t i = 0; i < n; i++) to[i] = mask ? (char)(from[i] ^ mask[i & 3]) : from[i];
}

#endif
