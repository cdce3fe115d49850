package dev.signalbox.config;

import java.util.List;

/** Placeholder until the real one of the config branch lands: that one wins. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }

  public List<String> problems() {
    return List.of(String.valueOf(getMessage()));
  }

  public String render(boolean colours) {
    return (colours ? "\033[31merror\033[0m " : "error ") + getMessage();
  }
}
