package dev.signalbox.analysis.text;

/** What can be said about the texts that a regular expression matches as a whole. Immutable. */
public sealed interface RegexLanguage {
  /** Exactly these. */
  record Known(TextSet texts) implements RegexLanguage {}

  /** Nothing: it asks for what the calculus does not know, or it would be too big. */
  record NotAnalysable(String why) implements RegexLanguage {}

  static RegexLanguage of(String regex, TextEncoding encoding) {
    return switch (RegexParser.parse(regex)) {
      case RegexParser.Result.Read(var node) -> of(node, encoding);
      case RegexParser.Result.NotAnalysable(var why) -> new NotAnalysable(why);
    };
  }

  /** The same for one that has been read. */
  static RegexLanguage of(RegexNode node, TextEncoding encoding) {
    var forms = new RegexForms(encoding);
    var globs = forms.globs(node);
    if (globs != null) {
      var texts = TextSet.NONE;
      for (var elements : globs) {
        texts = texts.or(TextSet.of(elements));
      }
      return new Known(texts);
    }
    return forms
        .automaton(node)
        .<RegexLanguage>map(automaton -> new Known(TextSet.of(new Language(automaton))))
        .orElse(new NotAnalysable("more than " + Automaton.MOST_STATES + " states"));
  }
}
