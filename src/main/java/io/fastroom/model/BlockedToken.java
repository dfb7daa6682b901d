package io.fastroom.model;

import java.time.Instant;

/** An access token that is not accepted any more, until it would have expired by itself. */
public record BlockedToken(String jti, Instant expiresAt) { }
