package io.fastroom.auth;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.ApiKey;
import io.fastroom.model.Problem;
import io.fastroom.persistence.KeyApi;
import io.fastroom.persistence.KeyApi.FindKey;
import io.fastroom.persistence.KeyApi.Found;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Says whose a key is. A key in use is looked up in PostgreSQL once in {@value #FRESH_MILLIS} ms; that it was deleted,
 * or its account disabled, {@link Revocations} knows at once. While PostgreSQL does not answer, a key that was good
 * still is.
 *
 * <p>Thread: any. Limits: {@value #MAX_KNOWN} keys that are known, {@value #MAX_UNKNOWN} of them guesses; each use of
 * more is looked up. Look-ups share statements, of which there is one at a time, however much is guessed.
 */
public final class Keys {
  public static final String PREFIX = "frk_";
  private static final int RANDOM_BYTES = 32;
  private static final Pattern FORM = Pattern.compile(PREFIX + "[\\w-]{43}");
  private static final long FRESH_MILLIS = 5_000;
  private static final int MAX_KNOWN = 20_000;
  private static final int MAX_UNKNOWN = 5_000;
  /** When a key without an end ends; the last moment that all clients and databases can write. */
  private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");

  /** @param principal null for a key that there is not */
  private record Known(Principal principal, long askedAt) {
    boolean isFresh() {
      return now() - askedAt < FRESH_MILLIS;
    }
  }

  private final Bus bus;
  /** By hash: keys themselves are kept nowhere. */
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  public Keys(Bus bus) {
    this.bus = bus;
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  /** A new key. */
  public static String make(SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The SHA-256 by which a key is known to PostgreSQL. */
  public static byte[] hash(String key) {
    return Tokens.hash(key);
  }

  /** Fails with Refused(UNAUTHORIZED) for what is no live key, or UNAVAILABLE. */
  Future<Principal> verify(String key) {
    if (key.length() > PREFIX.length() + 43 || !FORM.matcher(key).matches()) {
      return refused("The key is malformed");
    }
    byte[] hash = hash(key);
    String name = Base64.getEncoder().encodeToString(hash);
    Known before = known.get(name);
    return before != null && before.isFresh() ? answer(before) : bus.ask(KeyApi.FIND_KEY, new FindKey(hash))
        .map(found -> remember(name, found))
        .recover(away -> before != null && before.principal != null ? Future.succeededFuture(before)
            : Future.failedFuture(away))
        .compose(Keys::answer);
  }

  private static Future<Principal> answer(Known key) {
    if (key.principal == null) {
      return refused("There is no such key");
    }
    return key.principal.expiresAt().isAfter(Instant.now()) ? Future.succeededFuture(key.principal)
        : refused("The key has expired");
  }

  private Known remember(String name, Found found) {
    Known key = new Known(found == null ? null : new Principal(found.userId(), found.username(),
        ApiKey.jti(found.id()), found.expiresAt() == null ? NEVER : found.expiresAt(), found.scopes(), null), now());
    int most = found == null ? MAX_UNKNOWN : MAX_KNOWN;
    if (known.size() >= most) {
      known.values().removeIf(each -> !each.isFresh());
    }
    if (known.size() < most) {
      known.put(name, key);
    } else {
      known.remove(name);
    }
    return key;
  }

  private static <T> Future<T> refused(String detail) {
    return Future.failedFuture(new Refused(Problem.UNAUTHORIZED, detail));
  }
}
