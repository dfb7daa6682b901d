package io.fastroom.auth;

import java.time.Instant;

/** Whoever a valid access token speaks for. */
public record Principal(long userId, String username, String jti, Instant expiresAt) { }
