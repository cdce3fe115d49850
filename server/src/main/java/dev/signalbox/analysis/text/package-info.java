/**
 * Sets of texts as a calculus: union, intersection and complement of literals, patterns and regular
 * expressions, and whether what is left is empty. It must not know what the texts are of: hosts,
 * paths or headers. Start at {@code TextSet}.
 */
@NullMarked
package dev.signalbox.analysis.text;

import org.jspecify.annotations.NullMarked;
