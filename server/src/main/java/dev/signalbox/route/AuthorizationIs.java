package dev.signalbox.route;

import dev.signalbox.config.InvalidValue;
import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import dev.signalbox.http.Ascii;
import dev.signalbox.http.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a client says who it is (RFC 9110 §11.6.2): a scheme, and with Basic perhaps one user name.
 * It is what is said and not proven: no password or token is checked here. Immutable.
 *
 * @param scheme in lower case
 * @param user of Basic; null for every one
 */
public record AuthorizationIs(String scheme, @Nullable String user) implements Match.Detail {
  private static final byte[] AUTHORIZATION = Ascii.bytes("authorization");
  private static final String BASIC = "basic";

  private static final Shape<String> SCHEME =
      Shapes.value(
          "auth-scheme",
          "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
          List.of("bearer", "basic"),
          AuthorizationIs::scheme);

  static final Shape<AuthorizationIs> SHAPE =
      ObjectShape.<AuthorizationIs>of(
              "How the client says who it is. Nothing is verified. Its short form is the scheme.",
              keys -> {
                var scheme =
                    keys.required("scheme", SCHEME, "The scheme of Authorization, in any case.");
                var user =
                    keys.optional(
                        "user",
                        Shapes.text("a user name")
                            .only(
                                text -> !text.isEmpty() && text.indexOf(':') < 0,
                                "a user name without \":\""),
                        "The user name of Basic credentials. The password is not checked.");
                return values -> {
                  var name = values.find(user);
                  if (name != null && !values.get(scheme).equals(BASIC)) {
                    values.report(user, "only Basic has user names", "scheme: basic");
                    return null;
                  }
                  return new AuthorizationIs(values.get(scheme), name);
                };
              })
          .orJust("scheme");

  private static String scheme(String text) {
    if (!Ascii.isToken(text)) {
      throw new InvalidValue(text, "is no scheme", "like bearer or basic");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** Two Authorization fields could be read in two ways and are no credentials. */
  @Override
  public boolean matches(RouteRequest request) {
    Headers headers = request.head().headers();
    int line = headers.find(AUTHORIZATION, 0);
    if (line < 0 || headers.find(AUTHORIZATION, line + 1) >= 0) {
      return false;
    }
    byte[] bytes = headers.bytes();
    int start = headers.valueStart(line);
    int end = headers.valueEnd(line);
    int space = schemeEnd(bytes, start, end);
    if (!isScheme(bytes, start, space)) {
      return false;
    }
    return user == null || user.equals(user(bytes, space, end));
  }

  private static int schemeEnd(byte[] bytes, int start, int end) {
    int space = start;
    while (space < end && bytes[space] != ' ') {
      space++;
    }
    return space;
  }

  private boolean isScheme(byte[] bytes, int start, int end) {
    if (end - start != scheme.length()) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (Ascii.toLower(bytes[i]) != scheme.charAt(i - start)) {
        return false;
      }
    }
    return true;
  }

  /** The user name in Basic credentials (RFC 7617 §2), or null where they are malformed. */
  private static @Nullable String user(byte[] bytes, int space, int end) {
    int from = space;
    while (from < end && bytes[from] == ' ') {
      from++;
    }
    int length = end - from;
    if (length == 0 || length % 4 != 0) { // the decoder would also take it without padding
      return null;
    }
    byte[] encoded = Arrays.copyOfRange(bytes, from, end);
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      return null;
    }
    // RFC 4648 §3.5: bits behind the last byte that are not zero would be a second spelling.
    if (!Arrays.equals(Base64.getEncoder().encode(decoded), encoded)) {
      return null;
    }
    int colon = 0;
    for (; colon < decoded.length && decoded[colon] != ':'; colon++) {
      if ((decoded[colon] >= 0 && decoded[colon] < ' ') || decoded[colon] == 0x7f) {
        return null; // RFC 7617 §2: no control characters
      }
    }
    if (colon == decoded.length) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(decoded, 0, colon))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Override
  public String subject() {
    return "authorization";
  }

  @Override
  public String wanted() {
    return user == null ? scheme : scheme + " user " + user;
  }

  /** Never the secret itself. */
  @Override
  public String actual(RouteRequest request) {
    Headers headers = request.head().headers();
    int line = headers.find(AUTHORIZATION, 0);
    if (line < 0) {
      return "";
    }
    if (headers.find(AUTHORIZATION, line + 1) >= 0) {
      return "more than one";
    }
    int end = headers.valueEnd(line);
    int space = schemeEnd(headers.bytes(), headers.valueStart(line), end);
    String said = Ascii.text(headers.bytes(), headers.valueStart(line), space);
    String name = said.equalsIgnoreCase(BASIC) ? user(headers.bytes(), space, end) : null;
    return name == null ? said : said + " user " + name;
  }

  @Override
  public String toString() {
    return subject() + " " + wanted();
  }
}
