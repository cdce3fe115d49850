package dev.signalbox.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a command speaks, and what it may read of its surroundings. Passed in, so that tests hold
 * both ends. Used by one thread at a time.
 *
 * @param outIsTerminal whether a person watches {@code out}, not a pipe or a file
 * @param errIsTerminal the same of {@code err}
 * @param env the environment's variables
 */
public record Terminal(
    PrintStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    Function<String, @Nullable String> env) {

  /** The one this process was started in. */
  public static Terminal ofProcess() {
    var terminals = terminals();
    return new Terminal(
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        terminals.contains("out"),
        terminals.contains("err"),
        System::getenv);
  }

  /** The launcher has looked: Java itself cannot tell whether one of the two is a terminal. */
  private static List<String> terminals() {
    return List.of(System.getProperty("signalbox.terminals", "").split(",", -1));
  }

  public boolean outColours() {
    return outIsTerminal && coloursWanted();
  }

  public boolean errColours() {
    return errIsTerminal && coloursWanted();
  }

  /** See no-color.org: the variable counts when it is not empty. */
  private boolean coloursWanted() {
    var noColor = env.apply("NO_COLOR");
    return (noColor == null || noColor.isEmpty()) && !"dumb".equals(env.apply("TERM"));
  }
}
