package io.fastroom.auth;

/**
 * What is dead before its time on this node: blocked access tokens and disabled users. Fed by
 * {@code AuthApi.REVOKED} at once and by a look at PostgreSQL every second, so that a lost message costs a second.
 * Thread-safe; {@link #allows} may be called on any thread.
 */
public interface Revocations {
  /** Whether the token and its user are still alive. */
  boolean allows(Principal principal);
}
