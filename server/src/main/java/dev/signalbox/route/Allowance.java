package dev.signalbox.route;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Position;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.util.List;

/**
 * One kind of finding that is meant to be so on a route. Immutable.
 *
 * @param at where it stands in the file
 */
public record Allowance(FindingId finding, String reason, Position at) {
  /** Those of one route. */
  public static final Shape<List<Allowance>> SHAPE =
      Shapes.distinct(
          ObjectShape.of(
              "A kind of finding that is meant to be so.",
              keys -> {
                var finding =
                    keys.required(
                        "finding",
                        Shapes.choice(FindingId.ofRoutes(), FindingId::word),
                        "What check would say about this route.");
                var reason =
                    keys.required(
                        "reason",
                        Shapes.text("why it is meant to be so")
                            .only(text -> !text.isBlank(), "why it is meant to be so"),
                        "Why it is meant to be so, for whoever reads it next.");
                return values ->
                    new Allowance(values.get(finding), values.get(reason), values.at());
              }),
          Allowance::finding,
          "each finding once");
}
