package io.fastroom.auth;

import io.fastroom.bus.Address;
import io.fastroom.model.BlockedToken;
import java.util.List;

/** What auth tells the other parts of this node. */
public final class AuthApi {
  private AuthApi() { }

  /**
   * These access tokens and users are dead: their sockets close with 4401.
   *
   * @param withdrawnKeys of a provider, as {@code Principal.signedBy} names them: what they signed is dead
   */
  public record Revoked(List<BlockedToken> tokens, List<Long> disabledUsers, List<String> withdrawnKeys) {
    public Revoked(List<BlockedToken> tokens, List<Long> disabledUsers) {
      this(tokens, disabledUsers, List.of());
    }
  }

  /** These users were disabled and are so no more. */
  public record Enabled(List<Long> users) { }

  /** Heard by {@link LiveRevocations}. */
  public static final Address<Enabled, Void> ENABLED = new Address<>("auth.enabled");
  /**
   * Announced by whoever learns it first; heard by {@link LiveRevocations}, {@link OidcAccounts} and by every
   * WebSocketVerticle.
   */
  public static final Address<Revoked, Void> REVOKED = new Address<>("auth.revoked");
}
