package dev.signalbox.net;

import dev.signalbox.config.ObjectShape.Keys;
import dev.signalbox.config.ObjectShape.Values;
import dev.signalbox.config.Shapes;
import java.util.List;
import java.util.function.Function;

/**
 * The event loops of the process.
 *
 * @param loops how many; 0 for one per core
 */
public record LoopsConfig(Transport transport, int loops) {
  private static final int MOST_LOOPS = 1024;

  /** Declares {@code transport} and {@code loops} among the keys of the file. */
  public static Function<Values, LoopsConfig> keys(Keys keys) {
    var transport =
        keys.optional(
            "transport",
            Shapes.choice(List.of(Transport.values()), Transport::word),
            "auto",
            "How loops wait for sockets; auto takes the best one that this machine has.");
    var loops =
        keys.optional(
            "loops",
            Shapes.integer(0, MOST_LOOPS),
            "0",
            "How many event loops share the work; 0 for one per core.");
    return values -> new LoopsConfig(values.get(transport), values.get(loops));
  }
}
