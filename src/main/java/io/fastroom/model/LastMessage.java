package io.fastroom.model;

import java.time.Instant;

/** A message as a list of rooms shows it. */
public record LastMessage(long id, long userId, String username, String content, Instant ts) { }
