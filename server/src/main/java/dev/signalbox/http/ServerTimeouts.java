package dev.signalbox.http;

import dev.signalbox.config.Rate;
import java.time.Duration;

public record ServerTimeouts(
    Duration head,
    Duration idle,
    Duration body,
    Rate minBodyRate,
    Duration minBodyRateGrace,
    Duration send) {}
