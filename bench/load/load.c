/*
 * The load client: one thread, epoll, N connections to one port on loopback; every response's status, framing
 * and length are checked. Prints one JSON object.
 *
 *   load --port N --path /100 --expect 100 --connections 64 --seconds 5 [--ramp 0.3]
 *        [--rate R] [--new-connections] [--post BYTES] [--head plain|browser]
 *        [--watch PID,PID...] [--per-second] [--hold]
 *
 * Closed loop unless --rate is given. With --rate, request i is due at start + i/R whatever happened to those
 * before, and its latency counts from then: a stall is seen by every request it delayed (no coordinated
 * omission). Requests that complete before the ramp is over are not counted; CPU of the watched processes is
 * read at the same two instants between which requests are counted.
 *
 * --hold: one request on each connection, then "held" is printed and all stay idle until a line on stdin.
 */
#include "measure.h"

#include <sys/prctl.h>

enum { HEAD_ROOM = 4096, MAX_PIDS = 256, MAX_SECONDS = 3600, OPEN_AT_ONCE = 64 };
static const uint64_t ANSWER_TIMEOUT = 10 * NANOS, CLOSE_TIMEOUT = 2 * NANOS;

enum phase { CLOSED, IDLE, BUSY, CLOSING };

struct connection {
  int fd;
  enum phase phase;
  bool wants_out;
  uint64_t start;       /* when the request was due, or sent; in CLOSING, when the response ended */
  size_t sent;          /* bytes of the request written */
  int status;
  struct message reply;
  char head[HEAD_ROOM];
  size_t have;
};

enum error {
  ERROR_CONNECT, ERROR_RESET, ERROR_CUT, ERROR_STATUS, ERROR_FRAMING, ERROR_LENGTH, ERROR_EXCESS, ERROR_EARLY,
  ERROR_TIMEOUT, ERROR_NOT_CLOSED, ERROR_KINDS
};
static const char *ERROR_NAMES[ERROR_KINDS] = {"connect", "reset", "cut", "status", "framing", "length", "excess",
                                               "early", "timeout", "not_closed"};

struct second { double cpu_us; uint64_t requests; };

static struct {
  int port, connections, rate, pids[MAX_PIDS], pid_count;
  double seconds, ramp;
  const char *path, *head;
  uint64_t expect, post;
  bool new_connections, per_second, hold;
} want = {.connections = 64, .seconds = 5, .ramp = 0.3, .path = "/100", .head = "plain", .expect = 100};

static char *request;
static size_t request_length;
static int epoll;
static struct connection *all;
static int *idle_ring, idle_head, idle_count; /* first in, first out, so that every connection is used */
static struct histogram latency;
static uint64_t errors[ERROR_KINDS], started, first_due;
static bool measuring;

static const char PLAIN[] =
  "Host: shop.example.com\r\n"
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
  "Accept-Language: en-GB,en;q=0.7,de;q=0.3\r\n"
  "Accept-Encoding: gzip, deflate, br, zstd\r\n"
  "Referer: https://shop.example.com/catalogue/spring?page=2\r\n"
  "Sec-GPC: 1\r\n"
  "Cache-Control: no-cache\r\n";
static const char BROWSER[] =
  "Sec-Fetch-Dest: document\r\n"
  "Sec-Fetch-Mode: navigate\r\n"
  "Sec-Fetch-Site: same-origin\r\n"
  "Sec-Fetch-User: ?1\r\n"
  "Upgrade-Insecure-Requests: 1\r\n"
  "Priority: u=0, i\r\n"
  "Cookie: session=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08; basket=3f2a71c4; "
  "consent=necessary%2Cstatistics; theme=dark; locale=en-GB; _ga=GA1.2.1094532377.1732320000; visited=1732320812\r\n";

static void build_request(void) {
  char length[64] = "";
  if (want.post) snprintf(length, sizeof length, "Content-Length: %llu\r\n", (unsigned long long)want.post);
  request = malloc(8192 + want.post);
  request_length = (size_t)sprintf(request, "%s %s HTTP/1.1\r\n%s%s%s%s\r\n", want.post ? "POST" : "GET", want.path,
                                   PLAIN, strcmp(want.head, "browser") ? "" : BROWSER, length,
                                   want.new_connections ? "Connection: close\r\n" : "Connection: keep-alive\r\n");
  memset(request + request_length, 'u', want.post);
  request_length += want.post;
}

static void interest(struct connection *c, bool out) {
  if (c->wants_out == out) return;
  c->wants_out = out;
  uint32_t events = EPOLLIN | (out ? (uint32_t)EPOLLOUT : 0);
  epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &(struct epoll_event){.events = events, .data.ptr = c});
}

static void hang_up(struct connection *c) {
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
  c->phase = CLOSED;
}

static void fail(struct connection *c, enum error kind) {
  if (measuring) errors[kind]++;
  hang_up(c);
}

static bool dial(struct connection *c) {
  c->fd = connect_loopback(want.port);
  if (c->fd < 0) { fail(c, ERROR_CONNECT); return false; }
  c->wants_out = false;
  c->phase = IDLE;
  epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = c});
  return true;
}

static void write_request(struct connection *c) {
  while (c->sent < request_length) {
    ssize_t n = send(c->fd, request + c->sent, request_length - c->sent, MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == ENOTCONN)) { interest(c, true); return; }
    if (n < 0) { fail(c, errno == ECONNREFUSED ? ERROR_CONNECT : ERROR_RESET); return; }
    c->sent += (size_t)n;
  }
  interest(c, false);
}

static void start_request(struct connection *c, uint64_t due) {
  c->start = due;
  if (c->phase == CLOSED && !dial(c)) return;
  c->phase = BUSY;
  c->sent = c->have = 0;
  message_reset(&c->reply);
  started++;
  write_request(c);
}

static void now_idle(struct connection *c) {
  if (c->phase == BUSY) c->phase = IDLE;
  idle_ring[(idle_head + idle_count++) % want.connections] = (int)(c - all);
}

/* Gives idle connections what is due. In a closed loop that is always one more request. */
static void start_due(uint64_t now) {
  while (idle_count) {
    uint64_t due = now;
    if (want.rate) {
      due = first_due + started * NANOS / (uint64_t)want.rate;
      if (due > now) return;
    }
    struct connection *c = &all[idle_ring[idle_head]];
    idle_head = (idle_head + 1) % want.connections;
    idle_count--;
    start_request(c, due);
    if (c->phase == CLOSED) { now_idle(c); return; } /* refused: the others first, and no endless loop */
  }
}

static void on_reply(struct connection *c) {
  enum error bad = ERROR_KINDS;
  if (c->status != 200) bad = ERROR_STATUS;
  else if (c->reply.body != want.expect) bad = ERROR_LENGTH;
  else if (c->sent < request_length) bad = ERROR_EARLY;
  if (bad != ERROR_KINDS) {
    fail(c, bad);
  } else {
    uint64_t now = now_ns();
    if (measuring) histogram_add(&latency, now - c->start);
    if (want.new_connections) { /* the server must end it; a connection counts as gone when it did */
      c->phase = CLOSING;
      c->start = now;
      return;
    }
    if (c->reply.close) hang_up(c);
  }
  now_idle(c);
}

static void on_end(struct connection *c, bool reset) {
  if (c->phase == BUSY) {
    fail(c, reset ? ERROR_RESET : ERROR_CUT);
    now_idle(c);
  } else if (c->phase == CLOSING) {
    hang_up(c);
    now_idle(c);
  } else {
    hang_up(c); /* an idle connection may be closed at any time; it is already in the ring */
  }
}

static void on_readable(struct connection *c) {
  ssize_t n;
  if (c->phase == BUSY && c->reply.state == BODY_LENGTH) { /* dropped in the kernel: its length is what counts */
    n = recv(c->fd, NULL, c->reply.left, MSG_TRUNC);
    if (n > 0) {
      c->reply.left -= (uint64_t)n;
      c->reply.body += (uint64_t)n;
      if (!c->reply.left) { c->reply.state = DONE; on_reply(c); }
      return;
    }
  } else {
    n = recv(c->fd, c->head + c->have, HEAD_ROOM - c->have, 0);
  }
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) { on_end(c, n < 0); return; }
  if (c->phase != BUSY) { /* bytes nobody asked for */
    bool listed = c->phase == IDLE;
    fail(c, ERROR_EXCESS);
    if (!listed) now_idle(c);
    return;
  }
  c->have += (size_t)n;
  size_t used = 0;
  if (c->reply.state == HEAD) {
    used = head_length(c->head, c->have);
    if (!used && c->have < HEAD_ROOM) return;
    if (used) c->status = response_head(&c->reply, c->head, used);
    else c->reply.state = BROKEN;
    if (c->status / 100 == 1) c->reply.state = BROKEN; /* none is asked for here */
  }
  used += message_body(&c->reply, c->head + used, c->have - used, NULL, NULL);
  bool excess = c->reply.state == DONE && used < c->have;
  c->have = 0;
  if (c->reply.state == BROKEN || excess) {
    fail(c, excess ? ERROR_EXCESS : ERROR_FRAMING);
    now_idle(c);
  } else if (c->reply.state == DONE) {
    on_reply(c);
  }
}

static void on_event(struct connection *c, uint32_t events) {
  if (c->fd < 0) return;
  if (c->phase == BUSY && c->sent < request_length && (events & EPOLLOUT)) {
    write_request(c);
    if (c->phase == CLOSED) { now_idle(c); return; }
  }
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_readable(c);
}

/* Nothing waits for ever: neither for an answer nor for the close that was promised. */
static void expire(uint64_t now) {
  for (int i = 0; i < want.connections; i++) {
    struct connection *c = &all[i];
    enum error kind = c->phase == BUSY ? ERROR_TIMEOUT : ERROR_NOT_CLOSED;
    uint64_t limit = c->phase == BUSY ? ANSWER_TIMEOUT : CLOSE_TIMEOUT;
    if ((c->phase == BUSY || c->phase == CLOSING) && now > c->start && now - c->start > limit) {
      fail(c, kind);
      now_idle(c);
    }
  }
}

/* Waits for events, at most until the next request is due or `until`, and handles them. */
static void turn(uint64_t until) {
  static uint64_t next_expiry;
  struct epoll_event events[512];
  uint64_t now = now_ns(), wake = now + NANOS / 10;
  if (want.rate && idle_count) {
    uint64_t due = first_due + started * NANOS / (uint64_t)want.rate;
    if (due < wake) wake = due;
  }
  if (until < wake) wake = until;
  uint64_t wait = wake > now ? wake - now : 0;
  struct timespec timeout = {.tv_sec = (time_t)(wait / NANOS), .tv_nsec = (long)(wait % NANOS)};
  int n = epoll_pwait2(epoll, events, 512, &timeout, NULL);
  for (int i = 0; i < n; i++) on_event(events[i].data.ptr, events[i].events);
  now = now_ns();
  if (now > next_expiry) { expire(now); next_expiry = now + NANOS / 10; }
}

static void run_until(uint64_t end) {
  for (uint64_t now = now_ns(); now < end; now = now_ns()) {
    start_due(now);
    turn(end);
  }
}

static void print_result(double seconds, struct cpu used, uint64_t unsent, const struct second *per, int per_count) {
  uint64_t total = 0;
  printf("{\"seconds\":%.6f,\"requests\":%llu,\"rps\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,"
         "\"max_us\":%.1f,\"unsent\":%llu,\"cpu_user_us\":%.0f,\"cpu_system_us\":%.0f,\"errors\":{",
         seconds, (unsigned long long)latency.count, (double)latency.count / seconds,
         histogram_quantile_us(&latency, 0.5), histogram_quantile_us(&latency, 0.99),
         histogram_quantile_us(&latency, 0.999), (double)latency.max / 1000, (unsigned long long)unsent,
         used.user_us, used.system_us);
  for (int i = 0; i < ERROR_KINDS; i++) {
    printf("%s\"%s\":%llu", i ? "," : "", ERROR_NAMES[i], (unsigned long long)errors[i]);
    total += errors[i];
  }
  printf("},\"errors_total\":%llu,\"per_second\":[", (unsigned long long)total);
  for (int i = 0; i < per_count; i++)
    printf("%s{\"cpu_us\":%.0f,\"requests\":%llu}", i ? "," : "", per[i].cpu_us, (unsigned long long)per[i].requests);
  printf("]}\n");
  fflush(stdout);
}

static void measure(void) {
  static struct second per[MAX_SECONDS];
  int per_count = 0;
  first_due = now_ns();
  for (int i = 0; i < want.connections; i++) now_idle(&all[i]);
  run_until(first_due + (uint64_t)(want.ramp * 1e9));
  measuring = true;
  struct cpu before = cpu_of(want.pids, want.pid_count), last = before;
  uint64_t begin = now_ns(), end = begin + (uint64_t)(want.seconds * 1e9), counted = 0;
  while (want.per_second && per_count < MAX_SECONDS && begin + (uint64_t)(per_count + 1) * NANOS <= end) {
    run_until(begin + (uint64_t)(per_count + 1) * NANOS);
    struct cpu now = cpu_of(want.pids, want.pid_count);
    per[per_count].cpu_us = now.user_us + now.system_us - last.user_us - last.system_us;
    per[per_count++].requests = latency.count - counted;
    counted = latency.count;
    last = now;
  }
  run_until(end);
  uint64_t stop = now_ns();
  struct cpu after = cpu_of(want.pids, want.pid_count);
  struct cpu used = {after.user_us - before.user_us, after.system_us - before.system_us};
  uint64_t due = want.rate ? (stop - first_due) * (uint64_t)want.rate / NANOS : 0;
  print_result((double)(stop - begin) / 1e9, used, due > started ? due - started : 0, per, per_count);
}

/* One request on each connection, a few at a time, then silence until a line on stdin. */
static void hold(void) {
  measuring = true;
  int opened = 0, wanted = want.connections;
  uint64_t deadline = now_ns() + 120 * NANOS;
  while (latency.count < (uint64_t)wanted && now_ns() < deadline) {
    int busy = 0;
    for (int i = 0; i < opened; i++) busy += all[i].phase == BUSY;
    for (; opened < wanted && busy < OPEN_AT_ONCE; busy++) start_request(&all[opened++], now_ns());
    turn(now_ns() + NANOS / 100);
    if (opened == wanted && busy == 0) break;
  }
  int held = 0;
  for (int i = 0; i < wanted; i++) held += all[i].phase == IDLE;
  printf("held %d\n", held);
  fflush(stdout);
  char line[16];
  if (!fgets(line, sizeof line, stdin)) return;
  idle_count = 0;
  turn(now_ns()); /* what the server closed meanwhile */
  for (int i = 0, alive = 0; i <= wanted; i++) {
    if (i == wanted) { printf("alive %d\n", alive); break; }
    char byte;
    ssize_t n = all[i].fd < 0 ? 0 : recv(all[i].fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    alive += n < 0 && errno == EAGAIN;
    hang_up(&all[i]);
  }
  print_result(1, (struct cpu){0, 0}, 0, NULL, 0);
  if (!fgets(line, sizeof line, stdin)) return;
}

static void read_pids(char *list) {
  for (char *p = strtok(list, ","); p && want.pid_count < MAX_PIDS; p = strtok(NULL, ","))
    want.pids[want.pid_count++] = atoi(p);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    const char *name = argv[i];
    if (!strcmp(name, "--new-connections")) { want.new_connections = true; continue; }
    if (!strcmp(name, "--per-second")) { want.per_second = true; continue; }
    if (!strcmp(name, "--hold")) { want.hold = true; continue; }
    if (++i == argc) { fprintf(stderr, "%s: no value\n", name); return 2; }
    char *value = argv[i];
    if (!strcmp(name, "--port")) want.port = atoi(value);
    else if (!strcmp(name, "--connections")) want.connections = atoi(value);
    else if (!strcmp(name, "--rate")) want.rate = atoi(value);
    else if (!strcmp(name, "--seconds")) want.seconds = atof(value);
    else if (!strcmp(name, "--ramp")) want.ramp = atof(value);
    else if (!strcmp(name, "--path")) want.path = value;
    else if (!strcmp(name, "--head")) want.head = value;
    else if (!strcmp(name, "--expect")) want.expect = strtoull(value, NULL, 10);
    else if (!strcmp(name, "--post")) want.post = strtoull(value, NULL, 10);
    else if (!strcmp(name, "--watch")) read_pids(value);
    else { fprintf(stderr, "%s: unknown option\n", name); return 2; }
  }
  raise_descriptor_limit();
  prctl(PR_SET_TIMERSLACK, 1000); /* due times are kept to microseconds */
  build_request();
  epoll = (int)MUST(epoll_create1(EPOLL_CLOEXEC));
  all = calloc((size_t)want.connections, sizeof *all);
  idle_ring = calloc((size_t)want.connections, sizeof *idle_ring);
  for (int i = 0; i < want.connections; i++) all[i].fd = -1;
  if (want.hold) hold();
  else measure();
  return 0;
}
