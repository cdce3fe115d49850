package dev.signalbox.http;

import dev.signalbox.config.Bytes;

public record MessageLimits(
    Bytes requestLine, Bytes head, int headers, Bytes body, Bytes pipelined) {}
