package io.fastroom.auth;

import io.fastroom.bus.Bus;
import io.fastroom.model.BlockedToken;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.ListRevocations;
import io.fastroom.persistence.PersistenceApi.RevocationList;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Keeps in memory what was revoked, heard at once from {@code AuthApi.REVOKED} and read from PostgreSQL twice a second;
 * what only PostgreSQL knew is announced, so that sockets close. Deployed once a node, before the first edge.
 *
 * <p>Thread: its own context writes; {@link #allows} may be called on any.
 */
public final class LiveRevocations extends VerticleBase implements Revocations {
  private static final long LOOK_MILLIS = 500;
  /** A whole reading now and then forgets users who were enabled again, and tokens that have expired. */
  private static final int LOOKS_PER_WHOLE = 600;

  private final Bus bus;
  private final Predicate<String> liveKeys;
  private final FreshTokens fresh;
  private final KnownAccounts accounts;
  private final UsedLogins used;
  private final Map<String, Instant> blocked = new ConcurrentHashMap<>();
  private final Set<Long> disabled = ConcurrentHashMap.newKeySet();

  // Of the verticle's context alone
  private long sinceMicros;
  private int looks;

  public LiveRevocations(Bus bus) {
    this(bus, key -> false);
  }

  /** @param liveKeys which keys of a provider, as {@code Principal.signedBy} names them, are still good */
  public LiveRevocations(Bus bus, Predicate<String> liveKeys) {
    this.bus = bus;
    this.liveKeys = liveKeys;
    this.fresh = new FreshTokens(bus);
    this.accounts = new KnownAccounts(bus);
    this.used = new UsedLogins(bus);
  }

  @Override
  public Future<?> start() {
    // PostgreSQL away is no reason not to start: readiness says so, and the next look is a second away.
    return bus.hear(AuthApi.REVOKED, this::learn)
        .compose(consumer -> bus.hear(AuthApi.ENABLED, enabled -> enabled.users().forEach(accounts::forget)))
        .compose(consumer -> look()).otherwiseEmpty()
        .onComplete(looked -> lookAgain());
  }

  @Override
  public boolean allows(Principal principal) {
    return !blocked.containsKey(principal.jti()) && !disabled.contains(principal.userId())
        && (principal.signedBy() == null || liveKeys.test(principal.signedBy()));
  }

  @Override
  public Future<Principal> use(Principal principal) {
    return accounts.check(principal, disabled.contains(principal.userId()))
        .onSuccess(alive -> {
          if (alive) {
            // Enabled again, as PostgreSQL has just said.
            disabled.remove(principal.userId());
          }
        })
        .compose(alive -> alive ? Revocations.super.use(principal) : KnownAccounts.gone())
        .onSuccess(used::note)
        .compose(allowed -> fresh.use(allowed).map(allowed));
  }

  private void learn(AuthApi.Revoked revoke) {
    revoke.tokens().forEach(token -> blocked.put(token.jti(), token.expiresAt()));
    disabled.addAll(revoke.disabledUsers());
    revoke.disabledUsers().forEach(accounts::forget);
  }

  private void lookAgain() {
    vertx.setTimer(LOOK_MILLIS, timer -> look().onComplete(looked -> lookAgain()));
  }

  private Future<Void> look() {
    boolean whole = looks++ % LOOKS_PER_WHOLE == 0;
    return bus.ask(PersistenceApi.LIST_REVOCATIONS, new ListRevocations(whole ? 0 : sinceMicros))
        .onSuccess(list -> update(list, whole))
        .mapEmpty();
  }

  private void update(RevocationList list, boolean whole) {
    sinceMicros = list.atMicros();
    if (whole) {
      disabled.retainAll(list.disabledUsers());
      forgetExpired(list.tokens());
    }
    List<BlockedToken> newTokens = list.tokens().stream().filter(token -> !blocked.containsKey(token.jti())).toList();
    List<Long> newUsers = list.disabledUsers().stream().filter(user -> !disabled.contains(user)).toList();
    if (newTokens.isEmpty() && newUsers.isEmpty()) {
      return;
    }
    AuthApi.Revoked revoke = new AuthApi.Revoked(newTokens, newUsers);
    learn(revoke);
    bus.announce(AuthApi.REVOKED, revoke);
  }

  /** Those that PostgreSQL knows no more: by this node's clock alone a token might seem expired and be good again later. */
  private void forgetExpired(List<BlockedToken> listed) {
    Set<String> live = listed.stream().map(BlockedToken::jti).collect(Collectors.toSet());
    Instant now = Instant.now();
    blocked.entrySet().removeIf(token -> !live.contains(token.getKey()) && token.getValue().isBefore(now));
  }
}
