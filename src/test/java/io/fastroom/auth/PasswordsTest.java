package io.fastroom.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class PasswordsTest {
  private final Vertx vertx = Vertx.vertx();
  private final Passwords passwords = new Passwords(vertx);

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(180, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void hashes_with_argon2id_and_a_salt_of_its_own() {
    String first = await(passwords.hash("correct horse"));
    assertThat(first).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").isNotEqualTo(await(passwords.hash("correct horse")));
    assertThat(await(passwords.matches("correct horse", first))).isTrue();
    assertThat(await(passwords.matches("correct horsf", first))).isFalse();
    assertThat(await(passwords.matches("", first))).isFalse();
  }

  @Test
  void letters_beyond_ascii_count() {
    String hash = await(passwords.hash("p\u00e4ssw\u00f6rd\ud83d\ude42"));
    assertThat(await(passwords.matches("p\u00e4ssw\u00f6rd\ud83d\ude42", hash))).isTrue();
    assertThat(await(passwords.matches("p?ssw?rd?", hash))).isFalse();
  }

  @Test
  void a_hash_of_another_program_is_understood() {
    String other = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assertThat(await(passwords.matches("password", other))).isTrue();
  }

  @Test
  void an_unknown_user_costs_as_much_as_a_wrong_password() {
    String hash = await(passwords.hash("correct horse"));
    long wrong = 0;
    long unknown = 0;
    // In turn, so that what the compiler and the machine do meets both alike.
    for (int i = 0; i < 30; i++) {
      wrong += processorTime(() -> await(passwords.matches("wrong", hash)));
      unknown += processorTime(() -> assertThat(await(passwords.matches("wrong", null))).isFalse());
    }
    assertThat((double) unknown / wrong).isBetween(0.5, 2.0);
  }

  /** What the password threads work meanwhile; threads that end are no part of it. */
  private static long processorTime(Runnable work) {
    Map<Long, Long> before = processorTimes();
    work.run();
    return processorTimes().entrySet().stream().filter(after -> after.getValue() >= 0)
        .mapToLong(after -> after.getValue() - before.getOrDefault(after.getKey(), 0L)).sum();
  }

  /** By the thread's id. */
  private static Map<Long, Long> processorTimes() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("fastroom-passwords"))
        .collect(Collectors.toMap(Thread::getId, thread -> threads.getThreadCpuTime(thread.getId())));
  }

  @Test
  void too_many_at_once_are_refused_and_the_rest_is_done() {
    List<Future<String>> all = IntStream.range(0, 200).mapToObj(i -> passwords.hash("password" + i)).toList();
    await(Future.join(all).otherwiseEmpty());
    assertThat(all.stream().filter(Future::succeeded).count()).isBetween(100L, 199L);
    assertThat(all.stream().filter(Future::failed)).allSatisfy(refused -> assertThat(refused.cause())
        .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.problem()).isEqualTo(Problem.UNAVAILABLE)));
    assertThat(await(passwords.hash("afterwards"))).isNotEmpty();
  }
}
