package dev.signalbox.testkit;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Installs what must be there before the first class of Netty's is loaded. JUnit finds it by
 * itself.
 */
public final class TestkitSession implements LauncherSessionListener {
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Once.install();
  }

  /** A class is initialised once, and whoever comes meanwhile waits. */
  private static final class Once {
    static {
      LeakExtension.install();
      BlockHoundExtension.install();
    }

    static void install() {}
  }
}
