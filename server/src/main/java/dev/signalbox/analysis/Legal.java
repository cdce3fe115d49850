package dev.signalbox.analysis;

import dev.signalbox.analysis.Values.Addresses;
import dev.signalbox.analysis.Values.Choice;
import dev.signalbox.analysis.Values.Texts;
import dev.signalbox.analysis.text.ByteSet;
import dev.signalbox.analysis.text.Glob.Element;
import dev.signalbox.analysis.text.TextSet;
import dev.signalbox.route.Field;
import java.util.List;

/**
 * What a request can have at all on each axis, once the server has read it: never less than that,
 * so that a proof about these is one about real requests. Pure.
 */
final class Legal {
  /** What every path but the asterisk is made of; of those, not all are in the normal form. */
  private static final ByteSet PATH_BYTES =
      ByteSet.range('!', '~').and(ByteSet.of('#').or(ByteSet.of('\\')).or(ByteSet.of('?')).not());

  private static final ByteSet NAME_BYTES =
      ByteSet.range('a', 'z')
          .or(ByteSet.range('0', '9'))
          .or(ByteSet.of('-'))
          .or(ByteSet.of('.'))
          .or(ByteSet.of('_'));

  private static final ByteSet VISIBLE = ByteSet.range('!', 0xff).and(ByteSet.of(0x7f).not());
  private static final ByteSet VALUE = VISIBLE.or(ByteSet.of(' ')).or(ByteSet.of('\t'));

  static final Texts PATHS =
      new Texts(TextSet.of(List.of(Element.one(ByteSet.of('/')), Element.many(PATH_BYTES))), false);

  /** {@code OPTIONS *} (RFC 9112 §3.2.4), the one path that is none. */
  static final Space ASTERISK =
      Space.of(Axis.Part.PATH, new Texts(TextSet.of("*"), false))
          .with(Axis.Part.METHOD, new Texts(TextSet.of("OPTIONS"), false));

  private static final Texts HOSTS =
      new Texts(
          TextSet.union(
              List.of(
                  TextSet.of(""),
                  TextSet.of(List.of(Element.one(NAME_BYTES), Element.many(NAME_BYTES))),
                  TextSet.of(
                      List.of(
                          Element.one(ByteSet.of('[')),
                          Element.many(
                              ByteSet.range('0', '9')
                                  .or(ByteSet.range('a', 'f'))
                                  .or(ByteSet.of(':'))
                                  .or(ByteSet.of('.'))),
                          Element.one(ByteSet.of(']')))))),
          false);

  private static final Texts METHODS = methods();
  private static final Texts LISTENERS = new Texts(TextSet.ANY, false);
  private static final Addresses SOURCES = new Addresses(AddressSet.ALL, true);

  private static final Texts HEADERS =
      new Texts(
          TextSet.union(
              List.of(
                  TextSet.of(""),
                  TextSet.of(List.of(Element.one(VISIBLE))),
                  TextSet.of(
                      List.of(Element.one(VISIBLE), Element.many(VALUE), Element.one(VISIBLE))))),
          true);

  private static final Texts COOKIES =
      new Texts(TextSet.madeOf(VALUE.and(ByteSet.of(';').not())), true);

  private static final Texts ANYTHING = new Texts(TextSet.ANY, true);

  /** Names are made lower case when they are read. */
  private static final Texts SNI = new Texts(TextSet.madeOf(ByteSet.range('A', 'Z').not()), true);

  private Legal() {}

  static Values of(Axis axis) {
    return switch (axis) {
      case Axis.Part part ->
          switch (part) {
            case HOST -> HOSTS;
            case PATH -> PATHS;
            case METHOD -> METHODS;
            case SCHEME -> Choice.EITHER;
            case LISTENER -> LISTENERS;
            case SOURCE -> SOURCES;
          };
      case Axis.Named(Field.Header _) -> HEADERS;
      case Axis.Named(Field.Cookie _) -> COOKIES;
      case Axis.Named(Field.Query _) -> ANYTHING;
      case Axis.Named(Field.Sni()) -> SNI;
      case Axis.Leaf _ -> Choice.EITHER;
    };
  }

  private static Texts methods() {
    var token = ByteSet.WORD;
    for (char c : "!#$%&'*+-.^`|~".toCharArray()) { // RFC 9110 §5.6.2
      token = token.or(ByteSet.of(c));
    }
    return new Texts(TextSet.of(List.of(Element.one(token), Element.many(token))), false);
  }
}
