package dev.signalbox.route;

import dev.signalbox.route.BodyView.State;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body has this field, and its text passes. Only bodies of the right content type are read for
 * it; one that has not been read is wanted, and until then it is false. Allocates.
 */
public record BodyField(BodyPointer pointer, TextTest test) implements Match.Detail {
  @Override
  public boolean matches(RouteRequest request) {
    var text = text(request);
    return text != null && (test instanceof TextTest.Present || test.holds(text));
  }

  /** What the body has there, or null where it has nothing, or was not read. */
  @Nullable String text(RouteRequest request) {
    return pointer.isAbout(request.head().headers()) && request.body().ask() == State.COMPLETE
        ? pointer.find(request.body().bytes())
        : null;
  }

  @Override
  public Set<String> captureNames() {
    return test instanceof TextTest.Matches(var regex) ? regex.names() : Set.of();
  }

  @Override
  public String subject() {
    return "body " + pointer;
  }

  @Override
  public String wanted() {
    return test.toString();
  }

  @Override
  public String actual(RouteRequest request) {
    if (!pointer.isAbout(request.head().headers())) {
      return "no body of that kind";
    }
    return switch (request.body().state()) {
      case NONE -> "no body";
      case UNREAD -> "not read";
      case TOO_LARGE -> "too large";
      case COMPLETE -> {
        var text = text(request);
        yield text == null ? "" : text.isEmpty() ? "\"\"" : text;
      }
    };
  }

  @Override
  public String toString() {
    return subject() + " " + wanted();
  }
}
