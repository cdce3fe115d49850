package dev.signalbox.route;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Knows where addresses are. Any thread may ask; asking never blocks and never throws. */
public interface GeoDatabase {
  /** Knows nothing. */
  GeoDatabase NONE = _ -> Place.UNKNOWN;

  Place lookup(InetAddress address);

  /**
   * Where an address is.
   *
   * @param country ISO 3166-1 alpha-2, in upper case; null where it is not known
   * @param continent AF, AN, AS, EU, NA, OC or SA; null where it is not known
   */
  record Place(@Nullable String country, @Nullable String continent) {
    public static final Place UNKNOWN = new Place(null, null);
  }
}
