package dev.signalbox.http;

public enum HalfClose {
  PROBE,
  ANSWER,
  CANCEL
}
