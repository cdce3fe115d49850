/**
 * The configuration language: text to nodes with positions, nodes to values. It knows no feature:
 * what a listener or an upstream may say is read in those rooms. Start at {@code Shape}.
 */
@NullMarked
package dev.signalbox.config;

import org.jspecify.annotations.NullMarked;
