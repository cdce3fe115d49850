package dev.signalbox.analysis;

import dev.signalbox.analysis.Values.Addresses;
import dev.signalbox.analysis.Values.Choice;
import dev.signalbox.analysis.Values.Texts;
import dev.signalbox.analysis.text.ByteSet;
import dev.signalbox.analysis.text.Glob.Element;
import dev.signalbox.analysis.text.RegexLanguage;
import dev.signalbox.analysis.text.TextEncoding;
import dev.signalbox.analysis.text.TextSet;
import dev.signalbox.route.Field;
import dev.signalbox.route.Match;
import dev.signalbox.route.PathTemplate;
import dev.signalbox.route.Regex;
import dev.signalbox.route.TextTest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests that meet a condition, as a union of boxes. Every request is in exactly those boxes
 * whose conditions it meets, where each {@link Axis.Leaf} has the request's own answer; so what is
 * empty here is empty in reality. Immutable.
 *
 * @param isComplete false where there would be too many: then these are some of them
 */
record Spaces(List<Space> spaces, boolean isComplete) {
  static final int MOST = 256;

  private static final Spaces ALL = new Spaces(List.of(Space.ALL), true);
  private static final Spaces NONE = new Spaces(List.of(), true);

  /** What is no ASCII: only there can bytes be invalid UTF-8. */
  private static final TextSet NOT_ASCII =
      TextSet.of(
          List.of(Element.ANYTHING, Element.one(ByteSet.range(0x80, 0xff)), Element.ANYTHING));

  static Spaces of(Match match) {
    return of(match, true, new HashMap<>());
  }

  /**
   * The same for one of many, where equal conditions share what was made of them.
   *
   * @param known what was made so far of single conditions
   */
  static Spaces of(Match match, Map<Match, Spaces> known) {
    return of(match, true, known);
  }

  /** Those that meet it, or those that do not. */
  private static Spaces of(Match match, boolean isMet, Map<Match, Spaces> known) {
    return switch (match) {
      case Match.All(var all) -> isMet ? all(all, true, known) : any(all, false, known);
      case Match.Any(var any) -> isMet ? any(any, true, known) : all(any, false, known);
      case Match.Not(var not) -> of(not, !isMet, known);
      case Match.Host _, Match.Path _, Match.Detail _ -> {
        var made = isMet ? known.get(match) : null;
        if (made == null) {
          made = single(match, isMet);
          if (isMet) {
            known.put(match, made);
          }
        }
        yield made;
      }
    };
  }

  private static Spaces single(Match match, boolean isMet) {
    return switch (match) {
      case Match.HostIs(var host) -> text(Axis.Part.HOST, TextSet.of(host), isMet);
      case Match.HostBelow(var domain) -> text(Axis.Part.HOST, TextSet.below(domain), isMet);
      case Match.HostMatches(var regex) -> regex(Axis.Part.HOST, regex, match, isMet);
      case Match.PathIs(var path) -> text(Axis.Part.PATH, TextSet.of(path), isMet);
      case Match.PathUnder(var path) -> text(Axis.Part.PATH, TextSet.under(path), isMet);
      case Match.PathMatches(var regex) -> regex(Axis.Part.PATH, regex, match, isMet);
      case PathTemplate template -> text(Axis.Part.PATH, texts(template), isMet);
      case Match.MethodIs(var methods) -> text(Axis.Part.METHOD, TextSet.of(methods), isMet);
      case Match.SchemeIs(var isSecure) ->
          just(Axis.Part.SCHEME, isSecure == isMet ? Choice.YES : Choice.NO);
      case Match.ListenerIs(var names) -> text(Axis.Part.LISTENER, bytes(names), isMet);
      case Match.SourceIn(var networks) -> {
        var in = new Addresses(AddressSet.of(networks), false);
        yield just(Axis.Part.SOURCE, isMet ? in : Legal.of(Axis.Part.SOURCE).minus(in));
      }
      case Match.FieldMatch(var field, TextTest.Matches(var regex)) ->
          regex(new Axis.Named(field), regex, match, isMet);
      case Match.FieldMatch(var field, var test) -> field(field, test, isMet);
      // Whatever else there is: of such a condition only is known that it holds or does not.
      case Match.Detail _ -> leaf(match, isMet);
      case Match.All _, Match.Any _, Match.Not _ ->
          throw new IllegalArgumentException("not single: " + match);
    };
  }

  private static Spaces just(Axis axis, Values values) {
    return new Spaces(List.of(Space.of(axis, values)), true);
  }

  private static Spaces leaf(Match match, boolean isMet) {
    return just(new Axis.Leaf(match), isMet ? Choice.YES : Choice.NO);
  }

  private static Spaces text(Axis axis, TextSet set, boolean isMet) {
    var in = new Texts(set, false);
    // A field that is not there meets no test, so it meets the negation of each.
    boolean mayLack = axis instanceof Axis.Named;
    return just(axis, isMet ? in : new Texts(TextSet.ANY, mayLack).minus(in));
  }

  private static Spaces field(Field field, TextTest test, boolean isMet) {
    var set =
        switch (test) {
          case TextTest.Is(var text, var anyCase) -> oneOf(List.of(text), anyCase);
          case TextTest.OneOf(var texts, var anyCase) -> oneOf(texts, anyCase);
          case TextTest.Prefix(var text, var anyCase) ->
              TextSet.prefix(TextSet.bytes(text), anyCase);
          case TextTest.Suffix(var text, var anyCase) ->
              TextSet.suffix(TextSet.bytes(text), anyCase);
          case TextTest.Contains(var text, var anyCase) ->
              TextSet.containing(TextSet.bytes(text), anyCase);
          case TextTest.Present() -> TextSet.ANY;
          case TextTest.Range(var min, var max) -> Numbers.texts(min, max);
          case TextTest.Matches(var regex) -> throw new IllegalArgumentException("regex " + regex);
        };
    return text(new Axis.Named(field), set, isMet);
  }

  private static TextSet oneOf(List<String> texts, boolean anyCase) {
    return anyCase
        ? TextSet.union(texts.stream().map(t -> TextSet.ofAnyCase(TextSet.bytes(t))).toList())
        : bytes(texts);
  }

  private static TextSet bytes(Collection<String> texts) {
    return TextSet.of(texts.stream().map(TextSet::bytes).toList());
  }

  private static TextSet texts(PathTemplate template) {
    var segments = new ArrayList<@Nullable String>();
    for (var segment : template.segments()) {
      segments.add(
          switch (segment) {
            case PathTemplate.Segment.Literal(var text) -> text;
            case PathTemplate.Segment.Capture _ -> null;
          });
    }
    return TextSet.template(segments, template.rest() != null);
  }

  /**
   * Hosts and paths are ASCII. Other texts may be invalid UTF-8, of which an expression sees
   * replacement characters: what it says to texts beyond ASCII that are not clearly its own is left
   * open, as a condition of its own.
   */
  private static Spaces regex(Axis axis, Regex regex, Match match, boolean isMet) {
    boolean isAscii = axis instanceof Axis.Part;
    var encoding = isAscii ? TextEncoding.LATIN_1 : TextEncoding.UTF_8;
    return switch (RegexLanguage.of(regex.pattern(), encoding)) {
      case RegexLanguage.NotAnalysable _ -> leaf(match, isMet);
      case RegexLanguage.Known(var texts) -> {
        var beyond = texts.and(NOT_ASCII);
        if (isAscii || beyond.isEmpty()) {
          yield text(axis, texts, isMet);
        }
        var open = new Texts(NOT_ASCII, false);
        var leaf = new Axis.Leaf(match);
        if (isMet) {
          yield new Spaces(
              List.of(
                  Space.of(axis, new Texts(texts, false)),
                  Space.of(axis, open).with(leaf, Choice.YES)),
              true);
        }
        var rest = new Texts(TextSet.ANY, true).minus(new Texts(texts, false));
        yield new Spaces(
            List.of(Space.of(axis, rest.minus(open)), Space.of(axis, rest).with(leaf, Choice.NO)),
            true);
      }
    };
  }

  private static Spaces all(List<Match> matches, boolean isMet, Map<Match, Spaces> known) {
    var spaces = ALL;
    for (var match : matches) {
      spaces = spaces.and(of(match, isMet, known));
    }
    return spaces;
  }

  private static Spaces any(List<Match> matches, boolean isMet, Map<Match, Spaces> known) {
    var spaces = NONE;
    for (var match : matches) {
      spaces = spaces.or(of(match, isMet, known));
    }
    return spaces;
  }

  private Spaces and(Spaces other) {
    if (isComplete && spaces.size() == 1 && spaces.getFirst().axes().isEmpty()) {
      return other;
    }
    var both = new ArrayList<Space>();
    boolean fits = true;
    for (var space : spaces) {
      for (var their : other.spaces) {
        var product = space.and(their);
        if (product != null && both.size() == MOST) {
          fits = false;
        } else if (product != null) {
          both.add(product);
        }
      }
    }
    return new Spaces(both, isComplete && other.isComplete && fits);
  }

  private Spaces or(Spaces other) {
    var both = new ArrayList<>(spaces);
    boolean fits = true;
    for (var space : other.spaces) {
      int same = sameAxis(both, space);
      if (same >= 0) {
        both.set(same, both.get(same).orOnOneAxis(space));
      } else if (both.size() == MOST) {
        fits = false;
      } else {
        both.add(space);
      }
    }
    return new Spaces(both, isComplete && other.isComplete && fits);
  }

  /** One that is about the same single axis, with which the other can be merged. */
  private static int sameAxis(List<Space> spaces, Space other) {
    if (other.axes().size() == 1) {
      for (int i = 0; i < spaces.size(); i++) {
        if (spaces.get(i).axes().keySet().equals(other.axes().keySet())) {
          return i;
        }
      }
    }
    return -1;
  }
}
