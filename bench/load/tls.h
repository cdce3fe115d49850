/*
 * TLS for the load client: 1.3 only, one cipher and one group, so that every proxy does the same work whatever it
 * would choose by itself. The certificate's signature is checked as always, its chain is not: who made it is no
 * cost of a proxy (rig/prove.py checks it once).
 */
#ifndef SIGNALBOX_BENCH_TLS_H
#define SIGNALBOX_BENCH_TLS_H

#include "wire.h"

struct tls_facts { char version[16], cipher[64], group[32]; uint64_t handshakes, resumed, tickets; };

#ifdef WITHOUT_TLS

struct tls { void *ssl; };
static inline void tls_prepare(bool resume) { (void)resume; fprintf(stderr, "built without TLS\n"); exit(2); }
static inline void tls_dial(struct tls *t, int fd) { (void)t; (void)fd; }
static inline int tls_handshake(struct tls *t, bool *wants_out) { (void)t; (void)wants_out; return -1; }
static inline ssize_t tls_send(struct tls *t, const void *b, size_t n) { (void)t; (void)b; (void)n; return -1; }
static inline ssize_t tls_receive(struct tls *t, void *b, size_t n) { (void)t; (void)b; (void)n; return -1; }
static inline bool tls_has_more(struct tls *t) { (void)t; return false; }
static inline void tls_hang_up(struct tls *t) { (void)t; }
static inline bool tls_was_resumed(struct tls *t) { (void)t; return false; }
static inline void tls_tell(struct tls *t, struct tls_facts *f) { (void)t; (void)f; }
static uint64_t tls_tickets;

#else

#include <openssl/err.h>
#include <openssl/ssl.h>

/* One for each of the client's connections; the session outlives the SSL, for the next one on the same slot. */
struct tls {
  SSL *ssl;
  SSL_SESSION *session;
};

static SSL_CTX *tls_context;
static bool tls_resumes;
static uint64_t tls_tickets;

/* A ticket of TLS 1.3 is good for one connection: the newest is kept. */
static int tls_on_ticket(SSL *ssl, SSL_SESSION *session) {
  struct tls *t = SSL_get_app_data(ssl);
  tls_tickets++;
  if (!tls_resumes) return 0;
  SSL_SESSION_free(t->session);
  t->session = session;
  return 1; /* ours now */
}

static inline void tls_prepare(bool resume) {
  tls_context = SSL_CTX_new(TLS_client_method());
  static const unsigned char alpn[] = "\x08http/1.1";
  bool good = tls_context && SSL_CTX_set_min_proto_version(tls_context, TLS1_3_VERSION)
              && SSL_CTX_set_ciphersuites(tls_context, "TLS_AES_128_GCM_SHA256")
              && SSL_CTX_set1_groups_list(tls_context, "X25519")
              && SSL_CTX_set_alpn_protos(tls_context, alpn, sizeof alpn - 1) == 0;
  if (!good) { ERR_print_errors_fp(stderr); exit(2); }
  SSL_CTX_set_verify(tls_context, SSL_VERIFY_NONE, NULL);
  SSL_CTX_set_mode(tls_context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE
                                    | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(tls_context, 1);
  SSL_CTX_set_session_cache_mode(tls_context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(tls_context, tls_on_ticket);
  tls_resumes = resume;
}

static inline void tls_dial(struct tls *t, int fd) {
  t->ssl = SSL_new(tls_context);
  if (!t->ssl || !SSL_set_fd(t->ssl, fd)) { ERR_print_errors_fp(stderr); exit(2); }
  SSL_set_app_data(t->ssl, t);
  SSL_set_tlsext_host_name(t->ssl, "shop.example.com");
  SSL_set_connect_state(t->ssl);
  if (t->session) {
    SSL_set_session(t->ssl, t->session);
    SSL_SESSION_free(t->session);
    t->session = NULL;
  }
}

/* As a socket says it: EAGAIN, or a reset for whatever else went wrong. */
static inline ssize_t tls_failed(struct tls *t, int result) {
  int error = SSL_get_error(t->ssl, result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) errno = EAGAIN;
  else if (error == SSL_ERROR_SSL
           && ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) return 0;
  else errno = ECONNRESET;
  return -1;
}

/* 1: done, 0: waits for the socket, -1: failed. */
static inline int tls_handshake(struct tls *t, bool *wants_out) {
  ERR_clear_error();
  int result = SSL_do_handshake(t->ssl);
  if (result == 1) return 1;
  int error = SSL_get_error(t->ssl, result);
  *wants_out = error == SSL_ERROR_WANT_WRITE;
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static inline ssize_t tls_send(struct tls *t, const void *bytes, size_t n) {
  ERR_clear_error();
  int result = SSL_write(t->ssl, bytes, (int)n);
  if (result > 0) return result;
  ssize_t failed = tls_failed(t, result);
  if (!failed) errno = ECONNRESET;
  return -1;
}

static inline ssize_t tls_receive(struct tls *t, void *bytes, size_t n) {
  ERR_clear_error();
  int result = SSL_read(t->ssl, bytes, (int)n);
  if (result > 0) return result;
  /* close_notify is the end: like a browser, and some servers wait for us to hang up. */
  return SSL_get_error(t->ssl, result) == SSL_ERROR_ZERO_RETURN ? 0 : tls_failed(t, result);
}

static inline bool tls_has_more(struct tls *t) { return t->ssl && SSL_has_pending(t->ssl); }

static inline void tls_hang_up(struct tls *t) {
  if (!t->ssl) return;
  SSL_set_quiet_shutdown(t->ssl, 1); /* else the session would pass for broken, and be refused to the next */
  SSL_shutdown(t->ssl);
  SSL_free(t->ssl);
  t->ssl = NULL;
}

static inline bool tls_was_resumed(struct tls *t) { return SSL_session_reused(t->ssl); }

static inline void tls_tell(struct tls *t, struct tls_facts *f) {
  const char *group = SSL_group_to_name(t->ssl, SSL_get_negotiated_group(t->ssl));
  snprintf(f->version, sizeof f->version, "%s", SSL_get_version(t->ssl));
  snprintf(f->cipher, sizeof f->cipher, "%s", SSL_get_cipher_name(t->ssl));
  snprintf(f->group, sizeof f->group, "%s", group ? group : "unknown");
}

#endif
#endif
