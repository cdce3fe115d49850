package dev.signalbox.route;

import dev.signalbox.config.ObjectShape;
import dev.signalbox.config.Shape;
import dev.signalbox.config.Shapes;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * A share of the users, always the same ones: a user's key is hashed into one of 10,000 buckets,
 * and the first of them are in. So 10 % are among the 20 % of the same salt, and the choices of two
 * salts have nothing to do with each other. The hash is that of {@link UserKey}, the same in every
 * process.
 *
 * @param of how many buckets are in: hundredths of a percent
 * @param by whose key is hashed
 * @param salt empty for none
 */
public record PercentOf(int of, UserKey by, String salt, long salted) implements Match.Detail {
  static final int ALL = 10_000;

  private static final Pattern SHARE = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,2})?");

  static final Shape<PercentOf> SHAPE =
      ObjectShape.<PercentOf>of(
              "A share of the users, always the same ones. Its short form is the percentage, by"
                  + " address.",
              keys -> {
                var of =
                    keys.required(
                        "of",
                        Shapes.text("a percentage")
                            .only(PercentOf::isShare, "0 to 100, like 10 or 0.25")
                            .map(PercentOf::share),
                        "How many of 100.");
                var by =
                    keys.optional(
                        "by",
                        UserKey.SHAPE,
                        "address",
                        "What tells users apart: a cookie, a header or the address. A request"
                            + " without the cookie or header is told by its address.");
                var salt =
                    keys.optional(
                        "salt",
                        Shapes.text("a text"),
                        "\"\"",
                        "Shares of the same salt are of the same users; those of another salt are"
                            + " independent of them.");
                return values -> new PercentOf(values.get(of), values.get(by), values.get(salt));
              })
          .orJust("of");

  public PercentOf {
    if (of < 0 || of > ALL) {
      throw new IllegalArgumentException("percent: " + of + " (expected: 0 to " + ALL + ")");
    }
  }

  public PercentOf(int of, UserKey by, String salt) {
    this(of, by, salt, UserKey.salt(salt));
  }

  private static boolean isShare(String text) {
    return SHARE.matcher(text).matches() && share(text) <= ALL;
  }

  private static int share(String text) {
    return new BigDecimal(text).movePointRight(2).intValueExact();
  }

  @Override
  public boolean matches(RouteRequest request) {
    return bucket(request) < of;
  }

  private int bucket(RouteRequest request) {
    return UserKey.part(by.hash(request, salted), ALL);
  }

  @Override
  public String subject() {
    return "percent by " + by + (salt.isEmpty() ? "" : " salt " + salt);
  }

  @Override
  public String wanted() {
    return shown(of);
  }

  /** How large the share would have to be for this user to be just out of it. */
  @Override
  public String actual(RouteRequest request) {
    return "at " + shown(bucket(request));
  }

  private static String shown(int share) {
    return new BigDecimal(share).movePointLeft(2).stripTrailingZeros().toPlainString();
  }

  @Override
  public String toString() {
    return subject() + " " + wanted();
  }
}
