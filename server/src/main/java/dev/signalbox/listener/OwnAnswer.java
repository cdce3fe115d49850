package dev.signalbox.listener;

/** What a listener answers by itself, before routes are asked. Immutable. */
public sealed interface OwnAnswer {
  /** To a request by a connection that was made for another host (RFC 9110 §15.5.20). */
  Response MISDIRECTED =
      new Refusal(421, "this connection is not for that host; ask for it on another one");

  /** To whoever speaks plain HTTP where TLS is spoken. */
  Refusal PLAIN = new Refusal(400, "plain HTTP on a port that speaks TLS; use https");

  /** A response. */
  sealed interface Response extends OwnAnswer {}

  /** No. */
  record Refusal(int status, String why) implements Response {}

  /** The client is sent elsewhere. */
  record Elsewhere(int status, String location) implements Response {}

  /** There is no connection by which a request could come. */
  record NoHandshake(String why) implements OwnAnswer {}
}
