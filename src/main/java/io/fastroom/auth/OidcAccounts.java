package io.fastroom.auth;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.bus.SharedAnswer;
import io.fastroom.model.Problem;
import io.fastroom.persistence.IdentityApi;
import io.fastroom.persistence.IdentityApi.Bound;
import io.fastroom.persistence.IdentityApi.FindBound;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which accounts a provider's users have. One in use is looked up in PostgreSQL once in {@value #FRESH_MILLIS} ms; that it
 * is disabled or deleted, {@link Revocations} knows at once. While PostgreSQL does not answer, an account that was known
 * still is.
 *
 * <p>Thread: any. Limits: {@value #MAX_KNOWN} users that are known; each use of more is looked up.
 */
public final class OidcAccounts {
  private static final long FRESH_MILLIS = 5_000;
  /** Of those who can have none: what is in the way may be removed. */
  private static final long REFUSED_MILLIS = 500;
  private static final int MAX_KNOWN = 20_000;

  private record Known(Future<Bound> account, long askedAt) {
    boolean isFresh() {
      return !account.isComplete() || now() - askedAt < (account.succeeded() ? FRESH_MILLIS : REFUSED_MILLIS);
    }
  }

  private final Bus bus;
  private final String issuer;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  public OidcAccounts(Bus bus, String issuer) {
    this.bus = bus;
    this.issuer = issuer;
    bus.hear(AuthApi.REVOKED, revoked -> forget(revoked.disabledUsers()));
  }

  /** Whose account was deleted gets another one by their next token, not only when it is looked up again. */
  private void forget(List<Long> users) {
    if (!users.isEmpty()) {
      known.values().removeIf(each -> each.account.succeeded() && users.contains(each.account.result().userId()));
    }
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  /**
   * The account of a user, made at first sight. Fails as {@link IdentityApi#FIND_BOUND} does.
   *
   * @param name that a new account gets, as the provider has it; null when it says none
   * @param issuedAt of the token
   */
  Future<Bound> find(String subject, String name, Instant issuedAt) {
    return look(subject, name, issuedAt).compose(bound ->
        bound.endedAt() == null || issuedAt.isAfter(bound.endedAt()) ? Future.succeededFuture(bound)
            : Future.failedFuture(new Refused(Problem.UNAUTHORIZED, "The token is of an account that was deleted")));
  }

  private Future<Bound> look(String subject, String name, Instant issuedAt) {
    Known before = known.get(subject);
    if (before != null && before.isFresh()) {
      return SharedAnswer.here(before.account);
    }
    Future<Bound> asked = ask(subject, name, issuedAt).recover(failure -> before != null && before.account.succeeded()
        && Refused.of(failure).problem() == Problem.UNAVAILABLE ? SharedAnswer.here(before.account)
        : Future.failedFuture(failure));
    remember(subject, new Known(asked, now()));
    return asked;
  }

  private Future<Bound> ask(String subject, String name, Instant issuedAt) {
    String username = name == null ? null : Usernames.normalise(name).filter(Usernames::isFree).orElse(null);
    return bus.ask(IdentityApi.FIND_BOUND, new FindBound(issuer, subject, username, issuedAt));
  }

  private void remember(String subject, Known asked) {
    if (known.size() >= MAX_KNOWN) {
      known.values().removeIf(each -> !each.isFresh());
    }
    if (known.size() >= MAX_KNOWN) {
      known.remove(subject);
      return;
    }
    known.put(subject, asked);
    // An old token is refused where a new one is not, and a database that is away may be back.
    asked.account.onFailure(failure -> {
      Problem problem = Refused.of(failure).problem();
      if (problem != Problem.NAME_OF_ANOTHER && problem != Problem.NAME_UNUSABLE) {
        known.remove(subject, asked);
      }
    });
  }
}
