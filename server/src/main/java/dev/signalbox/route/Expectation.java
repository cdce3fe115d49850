package dev.signalbox.route;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Position;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;

/**
 * A request that must land on the route under which it is written. Immutable.
 *
 * @param at where it stands in the file
 */
public record Expectation(WrittenRequest request, Position at) {
  private static final Shape<Expectation> ONE =
      ObjectShape.<Expectation>of(
              "A request that must land on this route. Its short form is just its method and URL.",
              keys -> {
                var request = RequestText.keys(keys);
                return values -> {
                  var written = request.build(values);
                  return written == null ? null : new Expectation(written, values.at());
                };
              })
          .orJust("request");

  /** Those of a route. */
  public static final Shape<List<Expectation>> SHAPE = Shapes.list(ONE);
}
