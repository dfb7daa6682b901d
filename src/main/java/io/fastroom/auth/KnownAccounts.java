package io.fastroom.auth;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.bus.SharedAnswer;
import io.fastroom.model.Problem;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.AccountApi.CheckAccount;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Whether the accounts of access tokens are alive: a database that was restored knows less than tokens say, and gives
 * their ids to others. Asked of PostgreSQL once a minute for an account in use; when it does not say in time, whoever was
 * alive still is, and so is one whom only {@link LiveRevocations} could know otherwise.
 *
 * <p>Thread: any. Limits: {@value #MAX_KNOWN} accounts that are known; of more, each use asks.
 */
final class KnownAccounts {
  private static final long ALIVE_MILLIS = 60_000;
  private static final long DEAD_MILLIS = 250;
  private static final long WAIT_MILLIS = 1_000;
  private static final int MAX_KNOWN = 50_000;

  private record Known(String username, long askedAt, Future<Boolean> alive) {
    boolean isOf(Principal principal) {
      if (!username.equals(principal.username())) {
        return false;
      }
      long age = now() - askedAt;
      return !alive.isComplete() || age < (alive.succeeded() && alive.result() ? ALIVE_MILLIS : DEAD_MILLIS);
    }
  }

  private final Bus bus;
  private final Map<Long, Known> accounts = new ConcurrentHashMap<>();

  KnownAccounts(Bus bus) {
    this.bus = bus;
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  static <T> Future<T> gone() {
    return Future.failedFuture(new Refused(Problem.UNAUTHORIZED, "The account of this token is disabled or no more"));
  }

  /** @param suspect whether it was heard to be dead: then it is alive only when PostgreSQL says so. Never fails. */
  Future<Boolean> check(Principal principal, boolean suspect) {
    Known known = accounts.get(principal.userId());
    return known != null && known.isOf(principal) ? SharedAnswer.here(known.alive) : ask(principal, suspect);
  }

  /** The next use asks anew. */
  void forget(long userId) {
    accounts.remove(userId);
  }

  private Future<Boolean> ask(Principal principal, boolean suspect) {
    Future<Boolean> alive = bus.ask(AccountApi.CHECK_ACCOUNT,
            new CheckAccount(principal.userId(), principal.username()))
        .timeout(WAIT_MILLIS, TimeUnit.MILLISECONDS);
    Future<Boolean> answer = alive.otherwise(!suspect);
    if (accounts.size() >= MAX_KNOWN) {
      long oldest = now() - ALIVE_MILLIS;
      accounts.values().removeIf(each -> each.askedAt < oldest);
    }
    if (accounts.size() < MAX_KNOWN) {
      Known asked = new Known(principal.username(), now(), answer);
      accounts.put(principal.userId(), asked);
      alive.onFailure(away -> accounts.remove(principal.userId(), asked));
    }
    return answer;
  }
}
