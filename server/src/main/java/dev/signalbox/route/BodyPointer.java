package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Points at one field in a request's body. Immutable. */
public sealed interface BodyPointer {
  /**
   * A field of a JSON text (RFC 6901).
   *
   * @param pointer as it is written; empty for the whole text
   */
  record Json(String pointer, List<String> way) implements BodyPointer {
    static final Shape<Json> SHAPE =
        Shapes.value(
            "json-pointer",
            "^(/([^~]|~[01])*)?$",
            List.of("/user/name", "/items/0/sku"),
            Json::parse);

    public Json {
      way = List.copyOf(way);
    }

    static Json parse(String pointer) {
      if (!pointer.isEmpty() && !pointer.startsWith("/")) {
        var slashes = pointer.startsWith("$.") ? pointer.substring(2) : pointer;
        throw new InvalidValue(pointer, "is no JSON pointer", "/" + slashes.replace('.', '/'));
      }
      var way = new ArrayList<String>();
      if (!pointer.isEmpty()) {
        for (var part : pointer.substring(1).split("/", -1)) {
          if (part.matches(".*~([^01].*|$)")) {
            throw new InvalidValue(
                pointer, "has a \"~\" that is no escape", "~0 for \"~\", ~1 for \"/\"");
          }
          way.add(part.replace("~1", "/").replace("~0", "~")); // RFC 6901 §4: in this order
        }
      }
      if (way.size() > JsonField.DEEPEST) {
        throw new InvalidValue(pointer, "is too deep", "at most " + JsonField.DEEPEST + " levels");
      }
      return new Json(pointer, way);
    }

    @Override
    public String toString() {
      return "json " + (pointer.isEmpty() ? "\"\"" : pointer);
    }
  }

  /** A field of a form (URL Standard §5.1); of several of a name the first. */
  record Form(String name) implements BodyPointer {
    @Override
    public String toString() {
      return "form " + name;
    }
  }

  /** Whether a body of this kind may have the field: others are not read for it. */
  default boolean isAbout(Headers headers) {
    return switch (this) {
      case Json _ -> MediaRange.isJson(headers);
      case Form _ -> FORM.holdsContentOf(headers);
    };
  }

  /** The field's text, or null where there is none. The body is whole and of the right kind. */
  default @Nullable String find(byte[] body) {
    return switch (this) {
      case Json(_, var way) -> JsonField.find(body, 0, body.length, way);
      case Form(var name) -> FieldValue.parameter(body, name);
    };
  }

  MediaRange FORM = new MediaRange("application", "x-www-form-urlencoded");
}
