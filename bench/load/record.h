/*
 * The soak's record: one entry per request, in a file that the checking client and all origins map
 * into memory. What an origin counted survives its being killed, because the pages are the kernel's.
 * The index is the request's tag; entry 0 is unused. bench/soak reads the same layout.
 */
#ifndef SIGNALBOX_BENCH_RECORD_H
#define SIGNALBOX_BENCH_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct record {
  uint32_t start_ms;  /* client: since the boot clock, when the request was sent */
  uint32_t end_ms;    /* client: when its fate was known; 0 while in flight */
  uint16_t status;    /* client: the response's status, 0 if none came */
  uint8_t kind;       /* client: 'G' small GET, 'K' 1 KB, 'L' 100 KB, 'P' POST */
  uint8_t outcome;    /* client: enum outcome */
  uint8_t received;   /* origins: how often the whole request arrived */
  uint8_t answered;   /* origins: how often the whole response was handed to the kernel */
  uint8_t pipelined;  /* client: sent behind an unanswered one on the same connection */
  uint8_t unused;
};

enum outcome {
  IN_FLIGHT = 0,  /* sent, no fate yet: at the end of the run this is "lost" */
  ANSWERED = 1,   /* 200, its own tag, every byte right */
  STATUS = 2,     /* a whole response with another status */
  CUT_BEFORE = 3, /* the connection ended before a byte of the response */
  CUT_WITHIN = 4, /* the connection ended inside the response */
  TIMED_OUT = 5,
  MIXED_UP = 6,   /* a response with another request's tag, or none */
  REORDERED = 7,  /* the tag of a later request of the same connection */
  CORRUPT = 8,    /* its own tag, but wrong bytes or a wrong body sum */
  MALFORMED = 9,  /* framing that cannot be read */
  ABANDONED = 10, /* pipelined behind a response that said Connection: close (RFC 9112 §9.3.2) */
};

/* Maps the file and says how many entries it has. */
static inline struct record *map_records(const char *path, size_t *count) {
  int fd = (int)MUST(open(path, O_RDWR | O_CLOEXEC));
  struct stat info;
  MUST(fstat(fd, &info));
  *count = (size_t)info.st_size / sizeof(struct record);
  void *at = mmap(NULL, (size_t)info.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  MUST(at == MAP_FAILED ? -1 : 0);
  close(fd);
  return at;
}

#endif
