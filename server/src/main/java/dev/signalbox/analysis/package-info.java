/**
 * Proofs over rules: sets of texts, numbers and addresses as a calculus that knows complements, so
 * that "no request can get here" is a computed emptiness and not a guess. It must not know how a
 * request is served, does no I/O and keeps no state. Start at {@code TextSet}.
 */
@NullMarked
package dev.signalbox.analysis;

import org.jspecify.annotations.NullMarked;
