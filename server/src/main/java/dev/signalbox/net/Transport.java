package dev.signalbox.net;

/** How event loops wait for sockets. */
public enum Transport {
  /** The best one that this machine has. */
  AUTO("auto"),
  EPOLL("epoll"),
  IO_URING("io_uring"),
  NIO("nio");

  private final String word;

  Transport(String word) {
    this.word = word;
  }

  /** As it is written in the configuration. */
  public String word() {
    return word;
  }
}
