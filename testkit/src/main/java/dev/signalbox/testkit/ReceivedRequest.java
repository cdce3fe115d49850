package dev.signalbox.testkit;

/**
 * A request that a fake origin has read.
 *
 * @param connection the number of its connection, counted from 0 in the order of accepting
 */
public record ReceivedRequest(int connection, String head, String body, String trailers, String raw)
    implements RawMessage {
  public String method() {
    return startLine().split(" ", -1)[0];
  }

  public String target() {
    return startLine().split(" ", -1)[1];
  }
}
