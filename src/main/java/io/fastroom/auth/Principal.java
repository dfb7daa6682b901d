package io.fastroom.auth;

import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.model.Scope;
import java.time.Instant;
import java.util.Set;

/**
 * Whoever a valid access token or key speaks for.
 *
 * @param jti the token's id, or {@code ApiKey.jti}
 * @param scopes what a key is for; null for an access token
 * @param signedBy which key of a provider signed the token; null for what is ours
 */
public record Principal(long userId, String username, String jti, Instant expiresAt, Set<Scope> scopes, String signedBy) {
  public Principal(long userId, String username, String jti, Instant expiresAt) {
    this(userId, username, jti, expiresAt, null, null);
  }

  public boolean isKey() {
    return scopes != null;
  }

  /** @return null when it may be asked for */
  public Problem refuses(Scope needed) {
    return refuses(Set.of(needed));
  }

  /** @param needed any one of them, none for what no key may do; @return null when it may be asked for */
  public Problem refuses(Set<Scope> needed) {
    return Permissions.use(scopes, needed);
  }
}
