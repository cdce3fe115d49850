package dev.signalbox;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What this process is made of. Any thread. */
public record Versions(String signalbox, String netty) {
  /** As written down by the build. */
  public static Versions ofThisBuild() {
    var properties = new Properties();
    try (var in = Versions.class.getResourceAsStream("versions.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Versions(properties.getProperty("signalbox"), properties.getProperty("netty"));
  }

  /** As in {@code 25.0.3 (Eclipse Adoptium)}. */
  public static String jdk() {
    var version = Runtime.version();
    var number = String.join(".", version.version().stream().map(String::valueOf).toList());
    return number + " (" + System.getProperty("java.vendor") + ")";
  }

  /** The transports this machine has, best first; what is missing says why. */
  public static List<String> transports() {
    var transports = new ArrayList<String>();
    transports.add(transport("epoll", Epoll.isAvailable(), Epoll.unavailabilityCause()));
    transports.add(transport("io_uring", IoUring.isAvailable(), IoUring.unavailabilityCause()));
    transports.add("nio");
    return transports;
  }

  /** As in {@code epoll, 2 loops}. */
  public static String loops(Signalbox signalbox) {
    var loops = signalbox.loops();
    return signalbox.transport().word() + ", " + loops + (loops == 1 ? " loop" : " loops");
  }

  private static String transport(String name, boolean available, @Nullable Throwable cause) {
    if (available) {
      return name;
    }
    var why = cause == null ? "unknown reason" : String.valueOf(cause.getMessage());
    return name + " (not here: " + why.lines().findFirst().orElse(why) + ")";
  }
}
