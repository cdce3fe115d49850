package dev.signalbox.analysis.logs;

/** Reads the lines of one format. Pure; any thread may use it. */
interface LogReader {
  /** What the line says; never throws for any bytes. */
  LogLine read(byte[] bytes, int start, int end);
}
