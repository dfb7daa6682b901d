package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.ApiKey;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What may be asked of persistence about keys. {@code adminId} is 0 for one's own, else that of an administrator (or
 * Refused NOT_ADMIN) and {@code userId} that of a bot (or NOT_A_BOT, USER_NOT_FOUND). The rules of
 * {@link PersistenceApi} hold.
 */
public final class KeyApi {
  private KeyApi() { }

  /**
   * Refused: TOO_MANY_KEYS; NOT_ADMIN for the scope of administrators.
   *
   * @param expiresAt null for never
   * @param hash the SHA-256 of the key
   * @param address where an administrator comes from, for the audit trail
   */
  public record CreateKey(long adminId, long userId, String name, Set<Scope> scopes, Instant expiresAt, byte[] hash,
                          String address) { }

  public record ListKeys(long adminId, long userId) { }

  /** Answers with what is blocked now; the asker tells the nodes. Refused: KEY_NOT_FOUND. */
  public record DeleteKey(long adminId, long userId, long keyId, String address) { }

  /** Answers null when there is none. Those asked at the same time share a statement. It counts as a use. */
  public record FindKey(byte[] hash) { }

  /** @param expiresAt null for never */
  public record Found(long id, long userId, String username, Set<Scope> scopes, Instant expiresAt) { }

  public static final Address<CreateKey, ApiKey> CREATE_KEY = new Address<>("persistence.key.create");
  public static final Address<ListKeys, List<ApiKey>> LIST_KEYS = new Address<>("persistence.key.list");
  public static final Address<DeleteKey, List<BlockedToken>> DELETE_KEY = new Address<>("persistence.key.delete");
  public static final Address<FindKey, Found> FIND_KEY = new Address<>("persistence.key.find");
}
