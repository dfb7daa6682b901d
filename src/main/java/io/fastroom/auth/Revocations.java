package io.fastroom.auth;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.Future;

/**
 * What is dead before its time on this node: blocked access tokens, and users who are disabled or no more. Fed by
 * {@code AuthApi.REVOKED} at
 * once and by a look at PostgreSQL every second, so that a lost message costs a second. Thread-safe; it may be asked on
 * any thread.
 */
public interface Revocations {
  /** Whether the token and its user are still alive. */
  boolean allows(Principal principal);

  /** To be asked wherever a token opens something. Fails with Refused(UNAUTHORIZED) when it is dead. */
  default Future<Principal> use(Principal principal) {
    return allows(principal) ? Future.succeededFuture(principal)
        : Future.failedFuture(new Refused(Problem.UNAUTHORIZED, "The token was revoked"));
  }
}
