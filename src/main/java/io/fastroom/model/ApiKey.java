package io.fastroom.model;

import java.time.Instant;
import java.util.Set;

/**
 * A key of an account, by which a program uses it; the key itself is kept nowhere.
 *
 * @param expiresAt null for never
 * @param lastUsedAt to the minute, null for never
 */
public record ApiKey(long id, String name, Set<Scope> scopes, Instant createdAt, Instant expiresAt,
                     Instant lastUsedAt) {
  /** What stands for an access token's id where a key is used or blocked. */
  public static String jti(long id) {
    return "key-" + id;
  }
}
