package dev.signalbox.route;

import dev.signalbox.http.Ascii;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of a User-Agent that tell devices apart, found in one pass in any case. Of words that
 * begin at one place the first of the list counts, and what it covers is not looked at again: so
 * {@code tablet pc} hides its {@code tablet}. Pure; allocates nothing.
 */
final class AgentWords {
  static final int BOT = 1;
  static final int TABLET = 1 << 1;
  static final int TELEVISION = 1 << 2;
  static final int PHONE = 1 << 3;
  static final int ANDROID = 1 << 4;
  static final int MOBILE = 1 << 5;
  static final int BROWSER = 1 << 6;
  private static final int NOTHING = 0;

  /** A word; with a dot behind it, no letter may follow. */
  private static final class Word {
    final byte[] lower;
    final boolean isWhole;
    final int kind;

    Word(String lower, boolean isWhole, int kind) {
      this.lower = Ascii.bytes(lower);
      this.isWhole = isWhole;
      this.kind = kind;
    }

    static List<Word> all(int kind, String... texts) {
      var words = new ArrayList<Word>();
      for (String text : texts) {
        boolean isWhole = text.endsWith(".");
        var word = isWhole ? text.substring(0, text.length() - 1) : text;
        words.add(new Word(word, isWhole, kind));
      }
      return words;
    }

    boolean isAt(byte[] bytes, int at, int end) {
      int after = at + lower.length;
      return after <= end
          && Ascii.equalsIgnoreCase(bytes, at, after, lower)
          && (!isWhole || after == end || !isLetter(bytes[after]));
    }
  }

  /** By their first byte, in the order of the list. */
  private static final Word[][] WORDS = new Word[128][];

  static {
    var words = new ArrayList<Word>();
    // Not what they seem: a maker of phones, PCs with a pen, a part of many browsers' names.
    words.addAll(Word.all(NOTHING, "cubot", "tablet pc", "like android"));
    words.addAll(Word.all(BOT, "bot.", "bots.", "crawl", "spider", "slurp", "+http", "headless"));
    words.addAll(
        Word.all(
            BOT,
            "facebookexternalhit",
            "mediapartners-google",
            "apis-google",
            "google-inspection",
            "googleother",
            "feedfetcher",
            "bingpreview",
            "lighthouse",
            "ia_archiver",
            "phantomjs",
            "whatsapp/",
            "pingdom",
            "uptime",
            "monitoring",
            "validator"));
    words.addAll(
        Word.all(
            BOT,
            "curl/",
            "wget",
            "python",
            "go-http-client",
            "java/",
            "libwww",
            "okhttp",
            "axios",
            "node-fetch",
            "undici",
            "scrapy",
            "postman",
            "insomnia",
            "httpie",
            "apache-http"));
    words.addAll(Word.all(TABLET, "ipad", "tablet", "kindle", "playbook", "silk/"));
    words.addAll(
        Word.all(TELEVISION, "smart-tv", "smarttv", "googletv", "bravia", "aftt", "android tv"));
    words.addAll(
        Word.all(
            PHONE,
            "iphone",
            "ipod",
            "windows phone",
            "iemobile",
            "blackberry",
            "bb10",
            "opera mini",
            "opera mobi",
            "webos/",
            "symbian",
            "series60",
            "kaios",
            "nokia",
            "dalvik",
            "cfnetwork"));
    words.addAll(Word.all(ANDROID, "android"));
    words.addAll(Word.all(MOBILE, "mobile"));
    words.addAll(Word.all(BROWSER, "mozilla/", "opera/"));
    for (int c = 0; c < WORDS.length; c++) {
      char first = (char) c;
      WORDS[c] = words.stream().filter(w -> w.lower[0] == first).toArray(Word[]::new);
    }
  }

  private AgentWords() {}

  /** The kinds of the words that occur, together. */
  static int in(byte[] bytes, int start, int end) {
    int kinds = 0;
    int at = start;
    while (at < end) {
      int length = 1;
      byte first = Ascii.toLower(bytes[at]);
      if (first > 0) {
        for (Word word : WORDS[first]) {
          if (word.isAt(bytes, at, end)) {
            kinds |= word.kind;
            length = word.lower.length;
            break;
          }
        }
      }
      at += length;
    }
    return kinds;
  }

  private static boolean isLetter(byte c) {
    byte lower = Ascii.toLower(c);
    return lower >= 'a' && lower <= 'z';
  }
}
