package dev.signalbox.upstream;

/** Whether connections to endpoints begin with a header of the PROXY protocol, and in what form. */
public enum UpstreamProxyProtocol {
  OFF,
  /** A line of text: the addresses. */
  V1,
  /** Binary: the addresses, and what is known of the client's TLS. */
  V2
}
