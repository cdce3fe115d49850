/**
 * Balancers choose one of several candidates. Pure: no Netty, no clock, no shared randomness. Start
 * at {@code Balancer}.
 */
@NullMarked
package dev.signalbox.balance;

import org.jspecify.annotations.NullMarked;
