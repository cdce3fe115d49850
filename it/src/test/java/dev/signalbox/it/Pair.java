package dev.signalbox.it;

import dev.signalbox.testkit.Version;
import java.util.Arrays;
import java.util.stream.Stream;

/** What is spoken on either side of a server, and what that runs on. Immutable. */
record Pair(Version client, Version origin, Machine machine) {
  static Stream<Pair> all() {
    return Machine.withOneLoop()
        .flatMap(machine ->
            Arrays.stream(Version.values())
                .flatMap(client ->
                    Arrays.stream(Version.values())
                        .map(origin -> new Pair(client, origin, machine))));
  }

  @Override
  public String toString() {
    return client + " to " + origin + ", " + machine.transport().word();
  }
}
