/* What a load run is measured with: a latency histogram, and the CPU of other processes from /proc. */
#ifndef SIGNALBOX_BENCH_MEASURE_H
#define SIGNALBOX_BENCH_MEASURE_H

#include "wire.h"

/* Log-linear: 128 steps to each power of two, so a quantile is within 0.8 %. */
enum { STEPS = 128, STEP_BITS = 7, MAGNITUDES = 40 };

struct histogram { uint64_t count, max, bucket[MAGNITUDES * STEPS]; };

static inline void histogram_add(struct histogram *h, uint64_t ns) {
  unsigned shift = ns < STEPS ? 0 : 63u - (unsigned)__builtin_clzll(ns) - STEP_BITS + 1;
  size_t at = ((size_t)shift << STEP_BITS) + (ns >> shift);
  if (at >= MAGNITUDES * STEPS) at = MAGNITUDES * STEPS - 1;
  h->bucket[at]++;
  h->count++;
  if (ns > h->max) h->max = ns;
}

static inline double histogram_quantile_us(const struct histogram *h, double q) {
  uint64_t rank = (uint64_t)(q * (double)h->count), seen = 0;
  for (size_t at = 0; at < MAGNITUDES * STEPS; at++) {
    seen += h->bucket[at];
    if (seen > rank) {
      size_t shift = at >> STEP_BITS;
      uint64_t low = (uint64_t)(at & (STEPS - 1)) << shift;
      return (double)(low + ((1ull << shift) >> 1)) / 1000.0;
    }
  }
  return (double)h->max / 1000.0;
}

struct cpu { double user_us, system_us; };

/*
 * utime+stime of the processes, and cutime+cstime: what children that died meanwhile had used. A watched
 * process that is gone counts nothing here, its parent's cutime has it.
 */
static inline struct cpu cpu_of(const int *pids, int count) {
  struct cpu sum = {0, 0};
  double tick_us = 1e6 / (double)sysconf(_SC_CLK_TCK);
  for (int i = 0; i < count; i++) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pids[i]);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0) continue;
    text[n] = 0;
    const char *rest = strrchr(text, ')'); /* the name before it may hold anything */
    unsigned long utime, stime;
    long cutime, cstime;
    if (rest && sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld",
                       &utime, &stime, &cutime, &cstime) == 4) {
      sum.user_us += (double)(utime + (unsigned long)cutime) * tick_us;
      sum.system_us += (double)(stime + (unsigned long)cstime) * tick_us;
    }
  }
  return sum;
}

#endif
