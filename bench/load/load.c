/*
 * The load client: one thread, epoll, N connections to one port on loopback; every response's status, framing
 * and length are checked. Prints one JSON object.
 *
 *   load --port N --path /100 --expect 100 --connections 64 --seconds 5 [--ramp 0.3]
 *        [--rate R] [--new-connections] [--post BYTES] [--head plain|browser]
 *        [--tls [--resume]] [--websocket] [--watch PID,PID...] [--per-second] [--hold]
 *
 * Closed loop unless --rate is given. With --rate, request i is due at start + i/R whatever happened to those
 * before, and its latency counts from then: a stall is seen by every request it delayed (no coordinated
 * omission). Requests that complete before the ramp is over are not counted; CPU of the watched processes is
 * read at the same two instants between which requests are counted.
 *
 * --tls: TLS 1.3 (tls.h). --resume: each connection after the first of its slot must resume the session of the one
 * before. --websocket: a request is a text frame of --expect bytes, its answer the same bytes back; the upgrade counts
 * with the first.
 *
 * --hold: one request on each connection, then "held" is printed and all stay idle until a line on stdin.
 */
#include "measure.h"
#include "tls.h"
#include "websocket.h"

#include <signal.h>
#include <sys/prctl.h>

enum { HEAD_ROOM = 4096, SCRATCH = 64 * 1024, MAX_PIDS = 256, MAX_SECONDS = 3600, OPEN_AT_ONCE = 64 };
static const uint64_t ANSWER_TIMEOUT = 10 * NANOS, CLOSE_TIMEOUT = 2 * NANOS;

enum phase { CLOSED, IDLE, BUSY, CLOSING };

struct connection {
  int fd;
  enum phase phase;
  bool wants_out, secure, upgraded; /* the handshake, the upgrade: done */
  unsigned dialled;
  struct tls tls;
  uint64_t start;       /* when the request was due, or sent; in CLOSING, when the response ended */
  size_t sent;          /* bytes of the request written */
  int status;
  struct message reply;
  char head[HEAD_ROOM];
  size_t have;
};

enum error {
  ERROR_CONNECT, ERROR_RESET, ERROR_CUT, ERROR_STATUS, ERROR_FRAMING, ERROR_LENGTH, ERROR_EXCESS, ERROR_EARLY,
  ERROR_TIMEOUT, ERROR_NOT_CLOSED, ERROR_HANDSHAKE, ERROR_NOT_RESUMED, ERROR_UPGRADE, ERROR_ECHO, ERROR_KINDS
};
static const char *ERROR_NAMES[ERROR_KINDS] = {"connect", "reset", "cut", "status", "framing", "length", "excess",
                                               "early", "timeout", "not_closed", "handshake", "not_resumed",
                                               "upgrade", "echo"};

struct second { double cpu_us; uint64_t requests; };

static struct {
  int port, connections, rate, pids[MAX_PIDS], pid_count;
  double seconds, ramp;
  const char *path, *head;
  uint64_t expect, post;
  bool new_connections, per_second, hold, tls, resume, websocket;
} want = {.connections = 64, .seconds = 5, .ramp = 0.3, .path = "/100", .head = "plain", .expect = 100};

struct bytes { char *at; size_t length; };

static struct bytes request, upgrade, echo; /* with --websocket, `request` is the masked frame, `echo` its answer */
static struct tls_facts facts;
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
  char more[128] = "";
  if (want.post) snprintf(more, sizeof more, "Content-Length: %llu\r\n", (unsigned long long)want.post);
  if (want.websocket)
    snprintf(more, sizeof more, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n",
             WEBSOCKET_KEY);
  const char *connection = want.websocket ? "Upgrade" : want.new_connections ? "close" : "keep-alive";
  request.at = malloc(8192 + want.post);
  request.length = (size_t)sprintf(request.at, "%s %s HTTP/1.1\r\n%s%s%sConnection: %s\r\n\r\n",
                                   want.post ? "POST" : "GET", want.path, PLAIN,
                                   strcmp(want.head, "browser") ? "" : BROWSER, more, connection);
  memset(request.at + request.length, 'u', want.post);
  request.length += want.post;
  if (!want.websocket) return;
  static const unsigned char MASK[] = {0x37, 0xfa, 0x21, 0x3d};
  upgrade = request;
  request.at = malloc(FRAME_ROOM + want.expect);
  echo.at = malloc(FRAME_ROOM + want.expect);
  request.length = write_frame_header(request.at, FIN | TEXT, want.expect, MASK);
  echo.length = write_frame_header(echo.at, FIN | TEXT, want.expect, NULL);
  for (uint64_t i = 0; i < want.expect; i++) echo.at[echo.length + i] = (char)('a' + i % 26);
  mask_payload(request.at + request.length, echo.at + echo.length, want.expect, MASK);
  request.length += want.expect;
  echo.length += want.expect;
}

/* What this connection has to send now. */
static const struct bytes *outgoing(const struct connection *c) {
  return want.websocket && !c->upgraded ? &upgrade : &request;
}

static void interest(struct connection *c, bool out) {
  if (c->wants_out == out) return;
  c->wants_out = out;
  uint32_t events = EPOLLIN | (out ? (uint32_t)EPOLLOUT : 0);
  epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &(struct epoll_event){.events = events, .data.ptr = c});
}

static void hang_up(struct connection *c) {
  if (want.tls) tls_hang_up(&c->tls);
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
  c->wants_out = c->secure = c->upgraded = false;
  c->phase = IDLE;
  c->dialled++;
  if (want.tls) tls_dial(&c->tls, c->fd);
  epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = c});
  return true;
}

/* Goes on with the handshake; false while it is not done. */
static bool secured(struct connection *c) {
  if (c->secure) return true;
  bool wants_out = false;
  int state = tls_handshake(&c->tls, &wants_out);
  if (state < 0) { fail(c, ERROR_HANDSHAKE); return false; }
  if (!state) { interest(c, wants_out); return false; }
  bool resumed = tls_was_resumed(&c->tls);
  if (want.resume && c->dialled > 1 && !resumed) { fail(c, ERROR_NOT_RESUMED); return false; }
  if (!facts.version[0]) tls_tell(&c->tls, &facts);
  if (measuring) { facts.handshakes++; facts.resumed += resumed; }
  return c->secure = true;
}

static void write_request(struct connection *c) {
  const struct bytes *out = outgoing(c);
  if (want.tls && !secured(c)) return;
  while (c->sent < out->length) {
    const char *at = out->at + c->sent;
    size_t left = out->length - c->sent;
    ssize_t n = want.tls ? tls_send(&c->tls, at, left) : send(c->fd, at, left, MSG_NOSIGNAL);
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

static void on_complete(struct connection *c) {
  uint64_t now = now_ns();
  if (measuring) histogram_add(&latency, now - c->start);
  if (want.new_connections) { /* the server must end it; a connection counts as gone when it did */
    c->phase = CLOSING;
    c->start = now;
    return;
  }
  if (c->reply.close) hang_up(c);
  now_idle(c);
}

static void on_reply(struct connection *c) {
  enum error bad = ERROR_KINDS;
  if (c->status != 200) bad = ERROR_STATUS;
  else if (c->reply.body != want.expect) bad = ERROR_LENGTH;
  else if (c->sent < outgoing(c)->length) bad = ERROR_EARLY;
  if (bad == ERROR_KINDS) { on_complete(c); return; }
  fail(c, bad);
  now_idle(c);
}

/* After the upgrade the first frame goes out at once; the answer to each is exactly its own bytes. */
static void on_websocket(struct connection *c) {
  enum error bad = ERROR_KINDS;
  if (!c->upgraded) {
    size_t head = head_length(c->head, c->have);
    if (!head && c->have < HEAD_ROOM) return;
    static const char ACCEPT[] = WEBSOCKET_ACCEPT "\r\n";
    if (head != c->have || memcmp(c->head, "HTTP/1.1 101 ", 13) || !memmem(c->head, head, ACCEPT, sizeof ACCEPT - 1))
      bad = ERROR_UPGRADE;
  } else {
    if (c->have < echo.length) return;
    if (c->have > echo.length) bad = ERROR_EXCESS;
    else if (memcmp(c->head, echo.at, echo.length)) bad = ERROR_ECHO;
  }
  c->have = 0;
  if (bad != ERROR_KINDS) {
    fail(c, bad);
    now_idle(c);
  } else if (c->upgraded) {
    on_complete(c);
  } else {
    c->upgraded = true;
    c->sent = 0;
    write_request(c);
    if (c->phase == CLOSED) now_idle(c);
  }
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

/* Drops body bytes, in the kernel where they come as they are: their number is what counts. */
static ssize_t skip(struct connection *c) {
  static char scratch[SCRATCH];
  if (!want.tls) return recv(c->fd, NULL, c->reply.left, MSG_TRUNC);
  return tls_receive(&c->tls, scratch, c->reply.left < SCRATCH ? c->reply.left : SCRATCH);
}

/* One read and what follows from it; false if there was nothing to read. */
static bool read_once(struct connection *c) {
  ssize_t n;
  if (c->phase == BUSY && c->reply.state == BODY_LENGTH) {
    n = skip(c);
    if (n > 0) {
      c->reply.left -= (uint64_t)n;
      c->reply.body += (uint64_t)n;
      if (!c->reply.left) { c->reply.state = DONE; on_reply(c); }
      return true;
    }
  } else {
    char *to = c->head + c->have;
    size_t room = HEAD_ROOM - c->have;
    n = want.tls ? tls_receive(&c->tls, to, room) : recv(c->fd, to, room, 0);
  }
  if (n < 0 && errno == EAGAIN) return false;
  if (n <= 0) { on_end(c, n < 0); return false; }
  if (c->phase != BUSY) { /* bytes nobody asked for */
    bool listed = c->phase == IDLE;
    fail(c, ERROR_EXCESS);
    if (!listed) now_idle(c);
    return true;
  }
  c->have += (size_t)n;
  if (want.websocket) { on_websocket(c); return true; }
  size_t used = 0;
  if (c->reply.state == HEAD) {
    used = head_length(c->head, c->have);
    if (!used && c->have < HEAD_ROOM) return true;
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
  return true;
}

/* What TLS has taken from the socket already, no event will tell of. */
static void on_readable(struct connection *c) {
  while (read_once(c) && c->fd >= 0 && want.tls && tls_has_more(&c->tls)) {}
}

static void on_event(struct connection *c, uint32_t events) {
  if (c->fd < 0) return;
  bool handshakes = want.tls && !c->secure;
  if (c->phase == BUSY && c->sent < outgoing(c)->length && (handshakes || (events & EPOLLOUT))) {
    write_request(c);
    if (c->phase == CLOSED) { now_idle(c); return; }
    if (want.tls && !c->secure) return; /* the handshake has read what there was */
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
  printf("},\"errors_total\":%llu,", (unsigned long long)total);
  if (want.tls)
    printf("\"tls\":{\"version\":\"%s\",\"cipher\":\"%s\",\"group\":\"%s\",\"handshakes\":%llu,"
           "\"resumed\":%llu,\"tickets\":%llu},",
           facts.version, facts.cipher, facts.group, (unsigned long long)facts.handshakes,
           (unsigned long long)facts.resumed, (unsigned long long)facts.tickets);
  printf("\"per_second\":[");
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
  uint64_t tickets = tls_tickets;
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
  facts.tickets = tls_tickets - tickets;
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
    if (!strcmp(name, "--tls")) { want.tls = true; continue; }
    if (!strcmp(name, "--resume")) { want.resume = true; continue; }
    if (!strcmp(name, "--websocket")) { want.websocket = true; continue; }
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
  signal(SIGPIPE, SIG_IGN); /* TLS writes without MSG_NOSIGNAL */
  if (want.tls) tls_prepare(want.resume);
  build_request();
  epoll = (int)MUST(epoll_create1(EPOLL_CLOEXEC));
  all = calloc((size_t)want.connections, sizeof *all);
  idle_ring = calloc((size_t)want.connections, sizeof *idle_ring);
  for (int i = 0; i < want.connections; i++) all[i].fd = -1;
  if (want.hold) hold();
  else measure();
  return 0;
}
