package dev.signalbox.http;

import dev.signalbox.config.Cidr;
import java.util.List;

public record ForwardedConfig(Mode mode, List<Cidr> trustedProxies, boolean via) {
  public enum Mode {
    X_FORWARDED,
    FORWARDED,
    BOTH,
    NONE
  }
}
