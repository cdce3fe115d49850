package dev.signalbox.route;

/**
 * The beginning of a request's body, for the few conditions that ask it. Bodies are not read for
 * conditions that may never be asked: a condition that finds an unread body notes that it is wanted
 * and is false; whoever looked for the route then reads the body, up to a limit, and looks again.
 *
 * <p>Belongs to the thread of its request.
 */
public final class BodyView {
  /** What is known of a body. */
  public enum State {
    /** The request has none. */
    NONE,
    /** Nobody wanted it yet. */
    UNREAD,
    /** All of it is here. */
    COMPLETE,
    /** It is longer than conditions may read. */
    TOO_LARGE
  }

  private static final byte[] NO_BYTES = {};
  private static final BodyView NONE = new BodyView(State.NONE, NO_BYTES);

  private State state;
  private byte[] bytes;
  private boolean isWanted;

  private BodyView(State state, byte[] bytes) {
    this.state = state;
    this.bytes = bytes;
  }

  /** Of a request without one. */
  public static BodyView none() {
    return NONE;
  }

  /** Of a request whose body has not been read. */
  public static BodyView unread() {
    return new BodyView(State.UNREAD, NO_BYTES);
  }

  /** All of a body. The bytes become the view's own. */
  public static BodyView of(byte[] body) {
    return body.length == 0 ? NONE : new BodyView(State.COMPLETE, body);
  }

  /** For conditions: what is known. An unread body is wanted from now on. */
  public State ask() {
    if (state == State.UNREAD) {
      isWanted = true;
    }
    return state;
  }

  public State state() {
    return state;
  }

  /** Whether a condition asked before the body was read. */
  public boolean isWanted() {
    return isWanted;
  }

  /** All of the body; empty unless it is complete. Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** The body has been read. The bytes become the view's own. */
  public void complete(byte[] body) {
    requireUnread();
    state = State.COMPLETE;
    bytes = body;
  }

  /** The body turned out longer than conditions may read. */
  public void tooLarge() {
    requireUnread();
    state = State.TOO_LARGE;
  }

  private void requireUnread() {
    if (state != State.UNREAD) {
      throw new IllegalStateException("body: " + state + " (expected: UNREAD)");
    }
  }
}
