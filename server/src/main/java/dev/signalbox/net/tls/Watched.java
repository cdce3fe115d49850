package dev.signalbox.net.tls;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What some files hold, over time: a change that can be used is taken, and one that can't be is
 * told once and changes nothing. Blocks on files; not for several threads.
 */
final class Watched<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

  /** Reads the files. */
  interface Load<T> {
    T load(Instant now) throws BadCertificate;
  }

  private final String label;
  private final List<Path> files;
  private final Load<T> load;
  private final Function<T, String> stays;
  private final FileWatch watch;
  private T current;
  private boolean isInDoubt; // broken at the last look: somebody may be writing them

  private Watched(
      String label,
      List<Path> files,
      Load<T> load,
      Function<T, String> stays,
      FileWatch watch,
      T current) {
    this.label = label;
    this.files = files;
    this.load = load;
    this.stays = stays;
    this.watch = watch;
    this.current = current;
  }

  /**
   * Reads them.
   *
   * @param label for logs: whose they are, and what
   * @param stays what is said of what is kept where a change is of no use
   */
  static <T> Watched<T> open(
      String label, List<Path> files, Load<T> load, Function<T, String> stays, Instant now)
      throws BadCertificate {
    var watch = new FileWatch(files); // before: nothing is missed
    return new Watched<>(label, files, load, stays, watch, load.load(now));
  }

  String label() {
    return label;
  }

  T current() {
    return current;
  }

  /** Whether they hold something else now, which is the current from now on. */
  boolean look(Instant now) {
    boolean isOther = watch.hasChanged();
    if (!isOther && !isInDoubt) {
      return false;
    }
    try {
      T loaded = load.load(now);
      isInDoubt = false;
      if (loaded.equals(current)) {
        return false;
      }
      current = loaded;
      return true;
    } catch (BadCertificate e) {
      // What belongs together may stand in two files: between the two writes it never fits.
      isInDoubt = isOther;
      if (!isOther) {
        LOG.error(
            "{}: the {} changed and can't be used: {}; {}",
            label,
            files.size() == 1 ? "file has" : "files have",
            e.getMessage(),
            stays.apply(current));
      }
      return false;
    }
  }
}
