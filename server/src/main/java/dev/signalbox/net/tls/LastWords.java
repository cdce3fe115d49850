package dev.signalbox.net.tls;

import dev.signalbox.net.Connection;
import dev.signalbox.net.TimerWheel;

/** An end of our own making has its time: a peer that takes nothing can't hold it open. */
final class LastWords extends TimerWheel.Timer {
  private final Connection below;

  LastWords(Connection below) {
    this.below = below;
  }

  @Override
  protected void onTimeout() {
    below.close();
  }
}
