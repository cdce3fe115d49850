package dev.signalbox;

/** Placeholder until the real one lands: that one wins. */
public final class StartupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartupException(String message) {
    super(message);
  }
}
