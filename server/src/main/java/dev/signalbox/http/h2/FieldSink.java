package dev.signalbox.http.h2;

/** Where decoded fields go. */
interface FieldSink {
  /**
   * One field. The bytes are valid during the call only, and nobody has looked at them: case,
   * characters and order are the sink's business.
   *
   * @param isNeverIndexed whether whoever sends it on must not index it either (RFC 7541 §7.1.3)
   */
  void onField(
      byte[] bytes,
      int nameStart,
      int nameEnd,
      int valueStart,
      int valueEnd,
      boolean isNeverIndexed);
}
