package io.fastroom.persistence;

import io.fastroom.bus.Address;
import java.time.Instant;

/** What may be asked of persistence about the users of an identity provider. The rules of {@link PersistenceApi} hold. */
public final class IdentityApi {
  private IdentityApi() { }

  /**
   * The account of a provider's user, which is made when there is none. Refused: NAME_OF_ANOTHER when its name is taken;
   * NAME_UNUSABLE when it is needed and there is none; UNAUTHORIZED for a token that was issued before the account of
   * that user was deleted.
   *
   * @param issuer with {@code subject}, who it is
   * @param username normalised; null when what the provider says can be none
   * @param issuedAt of the token, {@code EPOCH} when it does not say
   */
  public record FindBound(String issuer, String subject, String username, Instant issuedAt) { }

  /** @param endedAt when an earlier account of that user was deleted, of whose tokens none is of this one; null for none */
  public record Bound(long userId, String username, Instant endedAt) { }

  public static final Address<FindBound, Bound> FIND_BOUND = new Address<>("persistence.identity.find");
}
