/*
 * A keep-alive HTTP/1.1 origin that costs as little as it can: one thread, epoll, ready-made responses.
 *
 *   origin --port N [--id NAME --record FILE [--delay MS]]
 *
 * The path's last segment says how large the answer is: /100 /1k /100k /10m. A request with a body (by
 * Content-Length or chunked) is read to its end and answered with 100 bytes. `Connection: close` is honoured.
 * `Upgrade: websocket` makes the connection echo frames.
 * With --id it is an origin of bench/soak: it echoes X-Request-Tag and a sum of the request's body, fills its
 * answer with the tag, and counts what it received and answered in the record. With --delay it holds every
 * fourth answer back that long, so that a kill finds requests in flight.
 */
#include "wire.h"

#include "record.h"
#include "websocket.h"
#include <signal.h>

enum { IN_ROOM = 16 * 1024, AT_ONCE = 1 << 20 };

struct response { char *bytes; size_t length; };

struct connection {
  int fd;
  bool close_after, writing, upgrades, echoes;
  struct message request;
  char in[IN_ROOM];
  size_t have;        /* bytes in `in` */
  size_t body_size;   /* of the answer to the request being read */
  uint32_t sum;       /* of the request's body, when echoing */
  const char *out;    /* the answer being written */
  size_t out_left;
  uint64_t held_until; /* 0 unless its answer is being held back */
  struct connection *next_held;
  char *own;          /* the buffer of an answer made for one request; kept for the next */
  size_t own_room;
};

static const struct { const char *name; size_t size; } SIZES[] = {
  {"100", 100}, {"1k", 1024}, {"100k", 100 * 1024}, {"10m", 10 * 1024 * 1024}};
enum { SIZE_COUNT = sizeof SIZES / sizeof SIZES[0] };

static struct response ready[SIZE_COUNT], not_found, upgraded;
static const char *id;
static struct record *records;
static size_t record_count;
static uint64_t delay;
static struct connection *first_held, **last_held = &first_held; /* all wait equally long, so the first is due first */

static size_t write_head(char *to, size_t room, const char *status, size_t body, const char *extra) {
  return (size_t)snprintf(to, room,
                          "HTTP/1.1 %s\r\nServer: origin\r\nDate: Mon, 23 Nov 2026 00:00:00 GMT\r\n"
                          "Content-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n%s\r\n",
                          status, body, extra);
}

static struct response make_ready(const char *status, size_t body) {
  struct response r = {.bytes = malloc(512 + body)};
  size_t head = write_head(r.bytes, 512, status, body, "");
  memset(r.bytes + head, 'x', body);
  r.length = head + body;
  return r;
}

/* The answer of a soak origin: made for this request, every byte of its body told by the tag. */
static void make_own(struct connection *c) {
  const char *tag = c->request.tag;
  if (c->own_room < c->body_size + 512) {
    c->own_room = c->body_size + 512;
    c->own = realloc(c->own, c->own_room);
  }
  char extra[160];
  snprintf(extra, sizeof extra, "X-Request-Tag: %s\r\nX-Origin: %s\r\nX-Body-Sum: %08x\r\n", tag, id, c->sum);
  size_t head = write_head(c->own, 512, "200 OK", c->body_size, extra);
  size_t n = strlen(tag);
  for (size_t i = 0; i < c->body_size; i++) c->own[head + i] = n ? tag[i % n] : 'x';
  c->out = c->own;
  c->out_left = head + c->body_size;
}

static struct record *record_of(struct connection *c) {
  if (!records || !c->request.tag[0]) return NULL;
  size_t tag = strtoull(c->request.tag, NULL, 10);
  return tag < record_count ? &records[tag] : NULL;
}

static void finish(int epoll, struct connection *c) {
  if (c->fd >= 0) {
    epoll_ctl(epoll, EPOLL_CTL_DEL, c->fd, NULL);
    close(c->fd);
    c->fd = -1;
  }
  if (c->held_until) return; /* still in the list of held answers, which frees it */
  free(c->own);
  free(c);
}

/* Reads the request line and headers; false if it is no request this origin understands. */
static bool begin(struct connection *c, size_t head) {
  char *eol = memchr(c->in, '\n', head);
  if (!eol) return false;
  char *target = memchr(c->in, ' ', (size_t)(eol - c->in));
  char *after = target ? memchr(target + 1, ' ', (size_t)(eol - target - 1)) : NULL;
  if (!after) return false;
  message_headers(&c->request, eol + 1, c->in + head);
  char *segment = after;
  while (segment > target + 1 && segment[-1] != '/') segment--;
  size_t n = (size_t)(after - segment);
  c->body_size = 0;
  for (int i = 0; i < SIZE_COUNT; i++)
    if (n == strlen(SIZES[i].name) && memcmp(segment, SIZES[i].name, n) == 0) c->body_size = SIZES[i].size;
  c->sum = BODY_SUM_START;
  c->close_after = c->request.close;
  /* The key has to come through as it was sent. Nobody of those measured here changes the case of its name. */
  static const char UPGRADE[] = "upgrade: websocket\r\n", KEY[] = WEBSOCKET_KEY "\r\n";
  c->upgrades = c->request.upgrade && value_has(eol, head - (size_t)(eol - c->in), UPGRADE)
                && memmem(eol, head - (size_t)(eol - c->in), KEY, sizeof KEY - 1);
  return c->request.state != BROKEN;
}

static void choose_answer(struct connection *c) {
  if (c->upgrades) {
    c->echoes = true;
    c->out = upgraded.bytes;
    c->out_left = upgraded.length;
    return;
  }
  bool uploaded = c->request.body > 0;
  if (uploaded) c->body_size = 100;
  struct record *r = record_of(c);
  if (r) __atomic_fetch_add(&r->received, 1, __ATOMIC_RELAXED);
  if (id && c->body_size) { make_own(c); return; }
  const struct response *answer = &not_found;
  for (int i = 0; i < SIZE_COUNT; i++)
    if (SIZES[i].size == c->body_size) answer = &ready[i];
  c->out = answer->bytes;
  c->out_left = answer->length;
}

static void sum_body(void *self, const char *at, size_t n) {
  struct connection *c = self;
  c->sum = body_sum(c->sum, at, n);
}

/* Uses what is in the buffer; true when a whole request has been read. */
static bool read_request(struct connection *c) {
  size_t used = 0;
  if (c->request.state == HEAD) {
    size_t head = head_length(c->in, c->have);
    if (!head) {
      if (c->have == IN_ROOM) c->request.state = BROKEN;
      return false;
    }
    if (!begin(c, head)) { c->request.state = BROKEN; return false; }
    used = head;
  }
  used += message_body(&c->request, c->in + used, c->have - used, id ? sum_body : NULL, c);
  memmove(c->in, c->in + used, c->have - used);
  c->have -= used;
  return c->request.state == DONE;
}

/* Writes what it can; false when the connection is over. */
static bool flush(int epoll, struct connection *c) {
  while (c->out_left) {
    ssize_t n = send(c->fd, c->out, c->out_left, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) return false;
    if (n > 0) { c->out += n; c->out_left -= (size_t)n; }
    bool wait = c->out_left && n < 0;
    if (wait && !c->writing) {
      c->writing = true;
      epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &(struct epoll_event){.events = EPOLLOUT, .data.ptr = c});
    }
    if (wait) return true;
  }
  if (c->writing) {
    c->writing = false;
    epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = c});
  }
  struct record *r = record_of(c);
  if (r) __atomic_fetch_add(&r->answered, 1, __ATOMIC_RELAXED);
  message_reset(&c->request);
  return !c->close_after;
}

/* Sends every whole frame back, unmasked. Frames of a WebSocket are as small as the buffer; a larger one is an end. */
static bool echo_all(int epoll, struct connection *c) {
  struct frame f;
  size_t used = 0, made = 0;
  bool ended = false;
  if (!c->own) c->own = malloc(c->own_room = IN_ROOM);
  while (!ended && read_frame(&f, c->in + used, c->have - used)) {
    made += write_frame_header(c->own + made, f.first, f.payload, NULL);
    mask_payload(c->own + made, c->in + used + f.header, f.payload, f.mask);
    made += f.payload;
    used += f.header + f.payload;
    ended = (f.first & OPCODE) == CLOSE;
  }
  memmove(c->in, c->in + used, c->have - used);
  c->have -= used;
  if (c->have == IN_ROOM) return false;
  c->close_after = ended;
  c->out = c->own;
  c->out_left = made;
  return !made || flush(epoll, c);
}

/* Takes whole requests out of the buffer and answers each; stops at a partial one or a full socket. */
static bool answer_all(int epoll, struct connection *c) {
  if (c->echoes) return c->out_left || echo_all(epoll, c);
  while (!c->out_left && c->have && read_request(c)) {
    choose_answer(c);
    if (delay && c->request.tag[0] && strtoull(c->request.tag, NULL, 10) % 4 == 0) {
      c->held_until = now_ns() + delay;
      c->next_held = NULL;
      *last_held = c;
      last_held = &c->next_held;
      return true;
    }
    if (!flush(epoll, c)) return false;
    if (c->echoes) return true; /* a client waits for its 101 before the first frame */
  }
  return c->request.state != BROKEN;
}

/* Lets go of the answers whose time has come. */
static void release_held(int epoll) {
  while (first_held && first_held->held_until <= now_ns()) {
    struct connection *c = first_held;
    first_held = c->next_held;
    if (!first_held) last_held = &first_held;
    c->held_until = 0;
    if (c->fd < 0 || !flush(epoll, c) || (!c->out_left && !answer_all(epoll, c))) finish(epoll, c);
  }
}

/* While an answer is held, only the end of the connection matters; more input waits in the socket. */
static bool still_there(struct connection *c) {
  char byte;
  ssize_t n = recv(c->fd, &byte, 1, MSG_PEEK);
  return n > 0 || (n < 0 && errno == EAGAIN);
}

static bool on_event(int epoll, struct connection *c) {
  if (c->held_until) return still_there(c);
  if (c->out_left) return flush(epoll, c) && (c->out_left || answer_all(epoll, c));
  /* A long body that nobody looks at is dropped inside the kernel, without a copy. */
  if (!id && c->request.state == BODY_LENGTH && !c->have) {
    ssize_t n = recv(c->fd, NULL, c->request.left < AT_ONCE ? c->request.left : AT_ONCE, MSG_TRUNC);
    if (n <= 0) return n < 0 && errno == EAGAIN;
    c->request.left -= (uint64_t)n;
    c->request.body += (uint64_t)n;
    if (c->request.left) return true;
    c->request.state = DONE;
    choose_answer(c);
    return flush(epoll, c);
  }
  ssize_t n = recv(c->fd, c->in + c->have, IN_ROOM - c->have, 0);
  if (n <= 0) return n < 0 && errno == EAGAIN;
  c->have += (size_t)n;
  return answer_all(epoll, c);
}

static void accept_all(int epoll, int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct connection *c = calloc(1, sizeof *c);
    c->fd = fd;
    message_reset(&c->request);
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = c});
  }
}

int main(int argc, char **argv) {
  int port = 0;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!strcmp(argv[i], "--port")) port = atoi(argv[i + 1]);
    else if (!strcmp(argv[i], "--id")) id = argv[i + 1];
    else if (!strcmp(argv[i], "--record")) records = map_records(argv[i + 1], &record_count);
    else if (!strcmp(argv[i], "--delay")) delay = strtoull(argv[i + 1], NULL, 10) * 1000000;
    else { fprintf(stderr, "%s: unknown option\n", argv[i]); return 2; }
  }
  raise_descriptor_limit();
  signal(SIGPIPE, SIG_IGN);
  for (int i = 0; i < SIZE_COUNT; i++) ready[i] = make_ready("200 OK", SIZES[i].size);
  not_found = make_ready("404 Not Found", 0);
  upgraded.bytes = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Accept: " WEBSOCKET_ACCEPT "\r\n\r\n";
  upgraded.length = strlen(upgraded.bytes);

  int listener = (int)MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  int one = 1;
  MUST(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one));
  struct sockaddr_in address = loopback(port);
  MUST(bind(listener, (struct sockaddr *)&address, sizeof address));
  MUST(listen(listener, 65535));
  int epoll = (int)MUST(epoll_create1(EPOLL_CLOEXEC));
  MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.ptr = NULL}));

  struct epoll_event events[256];
  for (;;) {
    int n = epoll_wait(epoll, events, 256, first_held ? 1 : -1);
    for (int i = 0; i < n; i++) {
      struct connection *c = events[i].data.ptr;
      if (!c) accept_all(epoll, listener);
      else if (!on_event(epoll, c)) finish(epoll, c);
    }
    if (first_held) release_held(epoll);
  }
}
