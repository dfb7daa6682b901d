package io.fastroom.auth;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hashes and checks passwords with Argon2id on a few threads of its own.
 *
 * <p>Thread: any. Limits: half of the cores (two at least), {@value #MAX_WAITING} waiting, then
 * Refused(UNAVAILABLE).
 */
public final class Passwords {
  /** About five seconds' worth on two slow cores; whoever waits longer has gone. */
  private static final int MAX_WAITING = 128;
  private static final int MEMORY_KIB = 19_456;
  private static final int ITERATIONS = 2;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final long RETRY_MILLIS = 2_000;

  private final Argon2Function argon =
      Argon2Function.getInstance(MEMORY_KIB, ITERATIONS, 1, HASH_BYTES, Argon2.ID);
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger waiting = new AtomicInteger();
  private final WorkerExecutor workers;
  /** What the password of an unknown user is checked against: the answer takes as long as a wrong password's. */
  private final String nobody = nobody();

  public Passwords(Vertx vertx) {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors() / 2);
    workers = vertx.createSharedWorkerExecutor("fastroom-passwords", threads);
  }

  /** As long as a password's hash, and no password's: making a real one would be a tenth of a node's start. */
  private String nobody() {
    return "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + ITERATIONS + ",p=1$" + random(SALT_BYTES) + '$' + random(HASH_BYTES);
  }

  private String random(int length) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes(length));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** The encoded hash, with its parameters and salt. */
  public Future<String> hash(String password) {
    byte[] salt = bytes(SALT_BYTES);
    return work(() -> argon.hash(password.getBytes(StandardCharsets.UTF_8), salt).getResult());
  }

  /**
   * Whether it is the password; it takes as long either way.
   *
   * @param hash null for a user that does not exist: never matches
   */
  public Future<Boolean> matches(String password, String hash) {
    return hash == null ? check(password, nobody).map(false) : check(password, hash);
  }

  /**
   * Which form of a password that somebody gives the hash is of. It takes one and the same time whatever is wrong: each
   * form that the password could have been set in is hashed, for an unknown user too.
   */
  public Future<Optional<String>> matching(String given, String hash) {
    List<String> forms = PasswordRules.candidates(given);
    return forms.isEmpty() ? matches("", null).map(Optional.empty()) : matching(forms, 0, hash);
  }

  private Future<Optional<String>> matching(List<String> forms, int at, String hash) {
    return matches(forms.get(at), hash).compose(matches ->
        matches ? Future.succeededFuture(Optional.of(forms.get(at)))
            : at + 1 < forms.size() ? matching(forms, at + 1, hash) : Future.succeededFuture(Optional.empty()));
  }

  private Future<Boolean> check(String password, String hash) {
    return work(() -> Argon2Function.getInstanceFromHash(hash).check(password, hash));
  }

  private <T> Future<T> work(Callable<T> work) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE, "Too many logins at once, try again", RETRY_MILLIS));
    }
    return workers.executeBlocking(work, false).onComplete(done -> waiting.decrementAndGet());
  }
}
