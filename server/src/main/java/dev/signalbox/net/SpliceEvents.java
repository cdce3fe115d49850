package dev.signalbox.net;

/** What {@link Connection#splice} tells, on the loop of both connections. */
public interface SpliceEvents {
  /**
   * So many bytes have reached the kernel's buffer of the sink; none, where it is full from the
   * first.
   *
   * @param isDone whether they were the last; both connections are as before then
   */
  void onSpliced(long bytes, boolean isDone);
}
