package dev.signalbox.http.h2;

/**
 * What one of our sides tells its peers, and what it puts up with.
 *
 * @param maxStreams how many streams the peer may have open; 0 for a client, which takes none
 * @param streamWindow what the peer may send ahead on one stream, in bytes
 * @param connectionWindow what it may send ahead on all of them
 * @param maxHeaderList the list size that is announced (RFC 9113 §6.5.2)
 * @param maxHeaderBlock bytes of a header block as it comes, compressed, in all its frames
 * @param maxContinuations frames that one header block may need after its first
 * @param maxResets streams that may end before their time, in ten seconds
 * @param maxControls frames that carry nothing, in ten seconds
 * @param ackNanos how long the peer may take to acknowledge our settings
 */
record H2Settings(
    int maxStreams,
    int streamWindow,
    int connectionWindow,
    int maxHeaderList,
    int maxHeaderBlock,
    int maxContinuations,
    int maxResets,
    int maxControls,
    long ackNanos) {}
