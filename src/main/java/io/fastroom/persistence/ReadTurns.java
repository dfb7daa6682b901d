package io.fastroom.persistence;

import io.fastroom.internals.DirectMemory;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * Reads take turns here, by user, for what there is little of: connections to PostgreSQL, and, where the answer is long,
 * the direct memory in which it arrives and processors. Thread: any; shared by all verticles of the node.
 */
final class ReadTurns {
  /** Items; what is shorter takes no more memory than its connection is worth. */
  private static final int SHORT = 50;
  /** The longest page: 200 messages of 4,000 characters of four bytes, and what is around them. */
  private static final int LONG_PAGE_BYTES = 4 << 20;
  /** Of the direct memory: sockets have a quarter, and answers of REST half at most. */
  private static final int MEMORY_SHARE = 8;

  private final UserTurns lists;
  private final UserTurns searches;
  private final UserTurns logs;
  private final UserTurns longPages;

  /** @param lists how many at once, as all of these */
  ReadTurns(Vertx vertx, int lists, int searches, int logs, MeterRegistry registry) {
    this.lists = new UserTurns(vertx, lists, "lists", registry);
    this.searches = new UserTurns(vertx, searches, "search", registry);
    this.logs = new UserTurns(vertx, logs, "log", registry);
    // Each keeps a processor busy, and those who only chat are to have others.
    long most = Math.min(Runtime.getRuntime().availableProcessors() / 2,
        DirectMemory.max() / MEMORY_SHARE / LONG_PAGE_BYTES);
    this.longPages = new UserTurns(vertx, (int) Math.max(1, Math.min(lists + searches, most)), "pages", registry);
  }

  /** Of whatever is no message. Fails as the read does, or as {@link UserTurns#in}, as all of these. */
  <T> Future<T> list(long userId, Supplier<Future<T>> read) {
    return lists.in(userId, read);
  }

  /** @param limit the most messages */
  <T> Future<T> page(long userId, int limit, Supplier<Future<T>> read) {
    return limit <= SHORT ? lists.in(userId, read) : longPages.in(userId, () -> lists.in(userId, read));
  }

  /** @param limit the most messages */
  <T> Future<T> search(long userId, int limit, Supplier<Future<T>> read) {
    return limit <= SHORT ? searches.in(userId, read) : longPages.in(userId, () -> searches.in(userId, read));
  }

  <T> Future<T> log(long userId, Supplier<Future<T>> read) {
    return logs.in(userId, read);
  }
}
