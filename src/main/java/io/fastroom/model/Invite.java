package io.fastroom.model;

import java.time.Instant;

/**
 * A code that lets people register.
 *
 * @param uses how many may
 * @param used how many have
 * @param expiresAt null for never
 */
public record Invite(long id, String code, int uses, int used, Instant expiresAt, Instant createdAt) { }
