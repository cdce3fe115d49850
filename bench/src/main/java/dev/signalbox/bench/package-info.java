/**
 * Benchmarks of the pure rooms, for JMH. They must not be part of the default build's tests: a
 * timing proves nothing on a busy machine. Start at any benchmark.
 */
@NullMarked
package dev.signalbox.bench;

import org.jspecify.annotations.NullMarked;
