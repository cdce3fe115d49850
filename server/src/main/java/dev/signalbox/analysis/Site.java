package dev.signalbox.analysis;

import dev.signalbox.config.Position;
import dev.signalbox.http.RequestHead;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands around the rules: where requests come from, and where they go to. Immutable.
 *
 * @param doors the listeners
 * @param upstreams all of them, in the order of the file
 */
public record Site(List<Door> doors, List<Destination> upstreams) {
  public Site {
    doors = List.copyOf(doors);
    upstreams = List.copyOf(upstreams);
  }

  /** What else a listener does that is not about its address. */
  public enum Does {
    /** Its clients may prove who they are. */
    ASK_FOR_CERTIFICATES,
    /** It answers by itself, whatever the routes say. */
    REDIRECT_TO_HTTPS,
    /** Proxies in front of it tell of connections, encrypted or not. */
    TAKE_PROXIED
  }

  /** What a listener answers by itself, by the code that serves. */
  public interface Answer {
    /** What is answered; null where routes are asked. */
    @Nullable Outcome to(RequestHead head);
  }

  /**
   * A listener.
   *
   * @param port 0 where it has none
   * @param isSecure whether it speaks TLS
   * @param own what it answers by itself
   */
  public record Door(
      String name, int port, boolean isSecure, Set<Does> does, Answer own, Position at) {
    public Door {
      does = Set.copyOf(does);
    }

    /** One that does nothing special. */
    public Door(String name, int port, boolean isSecure, Position at) {
      this(name, port, isSecure, Set.of(), _ -> null, at);
    }

    boolean does(Does what) {
      return does.contains(what);
    }
  }

  /**
   * An upstream.
   *
   * @param returns where one of its endpoints is a listener of ours; null for none
   */
  public record Destination(String name, Position at, @Nullable Return returns) {}

  /**
   * What is sent to an upstream arrives at a listener of ours.
   *
   * @param door that listener's name
   * @param authority the endpoint's host and port
   * @param preservesHost whether it gets the host that the client asked for
   */
  public record Return(String door, String authority, boolean preservesHost) {}
}
