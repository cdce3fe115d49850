package dev.signalbox.listener;

/** Whether connections begin with a header of the PROXY protocol. */
public enum ProxyProtocol {
  /** None does. */
  OFF,
  /** Those of trusted proxies may; others never do. */
  OPTIONAL,
  /** Each does, and only trusted proxies connect. */
  REQUIRED
}
