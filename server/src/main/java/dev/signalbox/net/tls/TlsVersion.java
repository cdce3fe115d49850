package dev.signalbox.net.tls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A version of TLS that is still safe. */
public enum TlsVersion {
  TLS_1_2("1.2"),
  TLS_1_3("1.3");

  private final String number;

  TlsVersion(String number) {
    this.number = number;
  }

  /** The version of that number, or null. */
  static @Nullable TlsVersion of(String number) {
    for (var version : values()) {
      if (version.number.equals(number)) {
        return version;
      }
    }
    return null;
  }

  /** This and every newer one, as Java names them. */
  List<String> andNewer() {
    return switch (this) {
      case TLS_1_2 -> List.of("TLSv1.3", "TLSv1.2");
      case TLS_1_3 -> List.of("TLSv1.3");
    };
  }
}
