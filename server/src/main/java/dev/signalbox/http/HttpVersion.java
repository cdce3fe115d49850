package dev.signalbox.http;

/** The version that a message came by. */
public enum HttpVersion {
  HTTP_1_0("1.0"),
  HTTP_1_1("1.1"),
  HTTP_2("2"),
  HTTP_3("3");

  private final String number;

  HttpVersion(String number) {
    this.number = number;
  }

  /** The version as a {@code Via} field says it (RFC 9110 §7.6.3). */
  public String number() {
    return number;
  }
}
