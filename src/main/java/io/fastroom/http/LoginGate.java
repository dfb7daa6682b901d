package io.fastroom.http;

import io.fastroom.auth.AddressHashes;
import io.fastroom.auth.AuthMetrics;
import io.fastroom.auth.LoginLimits;
import io.fastroom.auth.LoginLimits.Attempt;
import io.fastroom.auth.Refusals;
import io.fastroom.bus.Bus;
import io.fastroom.net.ClientAddress;
import io.fastroom.net.ClientNetwork;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.Credentials;
import io.fastroom.persistence.PersistenceApi.FindCredentials;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Admits attempts to register and to log in as far as {@link LoginLimits} allows; those refused are counted and logged.
 *
 * <p>Thread: any.
 */
final class LoginGate {
  private static final Credentials NOBODY = new Credentials(null, null, false);
  /** How many attempts from limited addresses may be looked up at once: a flood must not reach PostgreSQL. */
  private static final int LIMITED_LOOKUPS = 4;

  /** An attempt that was admitted; it must be settled. */
  record Entry(Attempt attempt, Credentials credentials, byte[] address) { }

  private final Bus bus;
  private final LoginLimits limits;
  private final AddressHashes hashes;
  private final ClientAddress addresses;
  private final Refusals refusals;
  private final AuthMetrics metrics;
  private final Semaphore lookups = new Semaphore(LIMITED_LOOKUPS);

  LoginGate(Bus bus, LoginLimits limits, AddressHashes hashes, ClientAddress addresses, Refusals refusals,
            AuthMetrics metrics) {
    this.bus = bus;
    this.limits = limits;
    this.hashes = hashes;
    this.addresses = addresses;
    this.refusals = refusals;
    this.metrics = metrics;
  }

  Future<Attempt> register(Call call, String username) {
    return limits.from(addresses.network(call.request()))
        .compose(attempt -> attempt.limited() == null ? Future.succeededFuture(attempt)
            : refuse(call, "registration", attempt, username));
  }

  /** @param account empty for what cannot be a username */
  Future<Entry> logIn(Call call, Optional<String> account) {
    ClientNetwork from = addresses.network(call.request());
    byte[] hash = hashes.of(from);
    return limits.from(from).compose(attempt -> attempt.limited() == null
            ? find(account, hash).map(found -> new Entry(attempt, found, hash))
                .onFailure(away -> attempt.giveBack())
            : ifKnown(call, attempt, account, hash))
        .compose(entry -> account.map(name -> ofAccount(call, entry, name, from))
            .orElse(Future.succeededFuture(entry)));
  }

  private Future<Credentials> find(Optional<String> account, byte[] address) {
    return account.map(name -> bus.ask(PersistenceApi.FIND_CREDENTIALS, new FindCredentials(name, address)))
        .orElse(Future.succeededFuture(NOBODY));
  }

  /** A user who has recently signed in from an address is not delayed by others behind the same address. */
  private Future<Entry> ifKnown(Call call, Attempt attempt, Optional<String> account, byte[] hash) {
    if (account.isEmpty() || !lookups.tryAcquire()) {
      return refuse(call, "login", attempt, account.orElse(null));
    }
    return find(account, hash).otherwise(NOBODY).onComplete(looked -> lookups.release())
        .compose(found -> found.known() ? Future.succeededFuture(new Entry(limits.known(), found, hash))
            : refuse(call, "login", attempt, account.get()));
  }

  private Future<Entry> ofAccount(Call call, Entry entry, String account, ClientNetwork from) {
    return limits.pair(entry.attempt(), account, from)
        .compose(attempt -> entry.credentials().known() || attempt.limited() != null
            ? Future.succeededFuture(attempt) : limits.account(attempt, account))
        .compose(attempt -> attempt.limited() == null ? Future.succeededFuture(entry)
            : refuse(call, "login", attempt, account));
  }

  private <T> Future<T> refuse(Call call, String what, Attempt attempt, String account) {
    String kind = attempt.limited().kind().name().toLowerCase(Locale.ROOT);
    if (what.equals("login")) {
      metrics.login("limited_" + kind);
    }
    refusals.limited(what + "_" + kind, account, addresses.of(call.request()), call.requestId());
    return Future.failedFuture(LoginLimits.refused(attempt.limited()));
  }

  /** The password was wrong. */
  void failed(Entry entry, Optional<String> account) {
    entry.attempt().count();
    account.ifPresent(limits::failed);
  }
}
