package io.fastroom.model;

import java.time.Instant;

/** A user as they see themselves and as administrators see them. */
public record Account(User user, Role role, boolean isBot, Instant createdAt) { }
