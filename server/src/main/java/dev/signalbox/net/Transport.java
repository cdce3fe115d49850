package dev.signalbox.net;

/** How the loops talk to the kernel. */
public enum Transport {
  AUTO,
  EPOLL,
  IO_URING,
  NIO
}
