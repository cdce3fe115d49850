/*
 * The checking client of bench/soak: every request carries a tag of its own, and its response must carry the
 * same tag, the right length, the right bytes, and for a POST the sum of the body that was sent. What became of
 * each request goes into the record (record.h), which the origins fill from their side.
 *
 *   check --port N --record FILE --seconds S [--rate 2000] [--connections 48] [--pipelined 16] [--depth 4]
 *
 * The first --pipelined connections send small GETs in bursts of --depth; the others mix GETs of 100 B, 1 KB
 * and 100 KB with POSTs of 4 KB, one at a time. One thread, epoll.
 */
#include "wire.h"

#include "record.h"

enum { MAX_DEPTH = 16, POST_BODY = 4096, OUT_ROOM = MAX_DEPTH * 512 + POST_BODY, IN_ROOM = 16 * 1024 };
static const uint64_t ANSWER_TIMEOUT = 10 * NANOS;

struct connection {
  int fd;
  bool pipelined, wants_out;
  uint32_t tags[MAX_DEPTH]; /* sent and not answered, oldest first */
  int waiting;
  uint32_t post_sum;
  uint64_t since;           /* when the oldest became the oldest */
  char out[OUT_ROOM];
  size_t out_have, out_sent;
  struct message reply;
  int status;
  bool body_wrong;
  char in[IN_ROOM];
  size_t have;
};

static struct { int port, rate, connections, pipelined, depth; double seconds; const char *record; } want = {
  .rate = 2000, .connections = 48, .pipelined = 16, .depth = 4, .seconds = 60};

static struct record *records;
static size_t record_count;
static uint32_t last_tag, unasked;
static int epoll;
static struct connection *all;

static uint32_t now_ms(void) { return (uint32_t)(now_ns() / 1000000); }

static size_t body_of(uint8_t kind) { return kind == 'L' ? 100 * 1024 : kind == 'K' ? 1024 : 100; }

static void settle(struct connection *c, enum outcome outcome) {
  struct record *r = &records[c->tags[0]];
  r->outcome = (uint8_t)outcome;
  r->status = (uint16_t)(c->status > 0 ? c->status : 0);
  r->end_ms = now_ms();
  memmove(c->tags, c->tags + 1, sizeof c->tags[0] * (size_t)--c->waiting);
  c->since = now_ns();
}

/* The connection is over; `first` is the fate of the oldest waiting request, `rest` of those behind it. */
static void hang_up(struct connection *c, enum outcome first, enum outcome rest) {
  for (enum outcome fate = first; c->waiting; fate = rest) {
    settle(c, fate);
    c->status = 0;
  }
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
}

static void interest(struct connection *c, bool out) {
  if (c->wants_out == out) return;
  c->wants_out = out;
  uint32_t events = EPOLLIN | (out ? (uint32_t)EPOLLOUT : 0);
  epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &(struct epoll_event){.events = events, .data.ptr = c});
}

static void flush(struct connection *c) {
  while (c->out_sent < c->out_have) {
    ssize_t n = send(c->fd, c->out + c->out_sent, c->out_have - c->out_sent, MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == ENOTCONN)) { interest(c, true); return; }
    if (n < 0) { /* an answer may still be in our buffer: the read will tell */
      c->out_sent = c->out_have;
      break;
    }
    c->out_sent += (size_t)n;
  }
  interest(c, false);
}

static void append_request(struct connection *c, uint8_t kind) {
  uint32_t tag = ++last_tag;
  struct record *r = &records[tag];
  r->kind = kind;
  r->pipelined = c->pipelined;
  r->start_ms = now_ms();
  c->tags[c->waiting++] = tag;
  char *to = c->out + c->out_have;
  const char *path = kind == 'L' ? "100k" : kind == 'K' ? "1k" : "100";
  int n = sprintf(to, "%s /soak/%s HTTP/1.1\r\nHost: shop.example.com\r\nUser-Agent: check\r\nX-Request-Tag: %u\r\n",
                  kind == 'P' ? "POST" : "GET", path, tag);
  if (kind == 'P') {
    n += sprintf(to + n, "Content-Length: %d\r\n\r\n", POST_BODY);
    for (int i = 0; i < POST_BODY; i++) to[n + i] = (char)('a' + (tag + (uint32_t)i * 7u + tag / 26u) % 26u);
    c->post_sum = body_sum(BODY_SUM_START, to + n, POST_BODY);
    n += POST_BODY;
  } else {
    n += sprintf(to + n, "\r\n");
  }
  c->out_have += (size_t)n;
}

static uint8_t kind_for(uint32_t tag) {
  uint32_t dice = (tag * 2654435761u >> 8) % 100;
  return dice < 60 ? 'G' : dice < 75 ? 'K' : dice < 80 ? 'L' : 'P';
}

/* Sends one request, or a burst on a pipelined connection; returns how many. */
static int start_request(struct connection *c) {
  if (c->fd < 0) {
    c->fd = connect_loopback(want.port);
    if (c->fd < 0) return 0;
    c->wants_out = false;
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = c});
  }
  c->out_have = c->out_sent = c->have = 0;
  c->body_wrong = false;
  c->status = 0;
  message_reset(&c->reply);
  c->since = now_ns();
  int burst = c->pipelined ? want.depth : 1;
  for (int i = 0; i < burst; i++) append_request(c, c->pipelined ? 'G' : kind_for(last_tag + 1));
  flush(c);
  return burst;
}

/* The body must be the tag of its own head, over and over. */
static void compare_body(void *self, const char *at, size_t n) {
  struct connection *c = self;
  size_t length = strlen(c->reply.tag), seen = (size_t)c->reply.body;
  if (c->status != 200) return;
  if (!length) { c->body_wrong = true; return; }
  for (size_t i = 0; i < n; i++)
    if (at[i] != c->reply.tag[(seen + i) % length]) { c->body_wrong = true; return; }
}

static enum outcome judge(struct connection *c) {
  if (c->status != 200) return STATUS;
  const struct record *r = &records[c->tags[0]];
  uint32_t tag = (uint32_t)strtoul(c->reply.tag, NULL, 10);
  if (tag != c->tags[0]) {
    for (int i = 1; i < c->waiting; i++)
      if (tag == c->tags[i]) return REORDERED;
    return MIXED_UP;
  }
  if (c->body_wrong || c->reply.body != body_of(r->kind)) return CORRUPT;
  if (r->kind == 'P' && (uint32_t)strtoul(c->reply.sum, NULL, 16) != c->post_sum) return CORRUPT;
  return ANSWERED;
}

/* One whole response has been read; false when the connection cannot go on. */
static bool on_reply(struct connection *c) {
  enum outcome fate = judge(c);
  bool suspect = fate == MIXED_UP || fate == REORDERED;
  if (suspect || c->reply.close) {
    hang_up(c, fate, ABANDONED);
    return false;
  }
  settle(c, fate);
  c->status = 0;
  c->body_wrong = false;
  message_reset(&c->reply);
  return true;
}

static void on_readable(struct connection *c) {
  ssize_t n = recv(c->fd, c->in + c->have, IN_ROOM - c->have, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    bool within = c->have || c->reply.state != HEAD;
    hang_up(c, within ? CUT_WITHIN : CUT_BEFORE, CUT_BEFORE);
    return;
  }
  c->have += (size_t)n;
  size_t used = 0;
  while (used < c->have) {
    if (!c->waiting) { unasked++; hang_up(c, MALFORMED, ABANDONED); return; } /* e.g. 408 when idle */
    if (c->reply.state == HEAD) {
      size_t head = head_length(c->in + used, c->have - used);
      if (!head && c->have - used == IN_ROOM) { hang_up(c, MALFORMED, ABANDONED); return; }
      if (!head) break;
      c->status = response_head(&c->reply, c->in + used, head);
      used += head;
    }
    used += message_body(&c->reply, c->in + used, c->have - used, compare_body, c);
    if (c->reply.state == BROKEN) { hang_up(c, MALFORMED, ABANDONED); return; }
    if (c->reply.state == DONE && !on_reply(c)) return;
  }
  memmove(c->in, c->in + used, c->have - used);
  c->have -= used;
}

static int waiting_now(void) {
  int sum = 0;
  for (int i = 0; i < want.connections; i++) sum += all[i].waiting;
  return sum;
}

static void turn(void) {
  struct epoll_event events[256];
  int n = epoll_wait(epoll, events, 256, 1);
  for (int i = 0; i < n; i++) {
    struct connection *c = events[i].data.ptr;
    if (c->fd >= 0 && (events[i].events & EPOLLOUT)) flush(c);
    if (c->fd >= 0 && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) on_readable(c);
  }
  uint64_t now = now_ns();
  for (int i = 0; i < want.connections; i++)
    if (all[i].waiting && now > all[i].since && now - all[i].since > ANSWER_TIMEOUT)
      hang_up(&all[i], TIMED_OUT, ABANDONED);
}

static void run(void) {
  uint64_t start = now_ns(), end = start + (uint64_t)(want.seconds * 1e9), issued = 0;
  int next = 0;
  for (uint64_t now = start; now < end; now = now_ns()) {
    uint64_t due = (now - start) * (uint64_t)want.rate / NANOS;
    for (int tried = 0; issued < due && tried < want.connections; tried++) {
      struct connection *c = &all[next];
      next = (next + 1) % want.connections;
      if (last_tag + MAX_DEPTH >= record_count) { fprintf(stderr, "the record is full\n"); exit(2); }
      if (!c->waiting) issued += (uint64_t)start_request(c);
    }
    turn();
  }
  for (uint64_t limit = now_ns() + ANSWER_TIMEOUT + NANOS; waiting_now() && now_ns() < limit;) turn();
}

int main(int argc, char **argv) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const char *name = argv[i], *value = argv[i + 1];
    if (!strcmp(name, "--port")) want.port = atoi(value);
    else if (!strcmp(name, "--record")) want.record = value;
    else if (!strcmp(name, "--seconds")) want.seconds = atof(value);
    else if (!strcmp(name, "--rate")) want.rate = atoi(value);
    else if (!strcmp(name, "--connections")) want.connections = atoi(value);
    else if (!strcmp(name, "--pipelined")) want.pipelined = atoi(value);
    else if (!strcmp(name, "--depth")) want.depth = atoi(value);
    else { fprintf(stderr, "%s: unknown option\n", name); return 2; }
  }
  if (!want.record || want.depth < 1 || want.depth > MAX_DEPTH) {
    fprintf(stderr, "--record is needed; --depth: %d (expected: 1 to %d)\n", want.depth, MAX_DEPTH);
    return 2;
  }
  raise_descriptor_limit();
  records = map_records(want.record, &record_count);
  epoll = (int)MUST(epoll_create1(EPOLL_CLOEXEC));
  all = calloc((size_t)want.connections, sizeof *all);
  for (int i = 0; i < want.connections; i++) {
    all[i].fd = -1;
    all[i].pipelined = i < want.pipelined;
  }
  run();
  printf("{\"sent\":%u,\"unasked\":%u}\n", last_tag, unasked);
  return 0;
}
