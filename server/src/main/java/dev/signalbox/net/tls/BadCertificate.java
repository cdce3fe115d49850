package dev.signalbox.net.tls;

/** A certificate or its key can't be used: where it is, why, and what would be right. */
final class BadCertificate extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean isKey;
  private final String why;
  private final String expected;

  BadCertificate(boolean isKey, String why, String expected) {
    super(why + " (expected: " + expected + ")");
    this.isKey = isKey;
    this.why = why;
    this.expected = expected;
  }

  /** Whether the file of the key is to blame, not that of the certificate. */
  boolean isKey() {
    return isKey;
  }

  String why() {
    return why;
  }

  String expected() {
    return expected;
  }
}
