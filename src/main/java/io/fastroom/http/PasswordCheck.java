package io.fastroom.http;

import io.fastroom.auth.Passwords;
import io.fastroom.bus.Refused;
import io.fastroom.http.LoginGate.Entry;
import io.fastroom.model.Problem;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Asks a signed-in user for their password again, with the limits of logins: a stolen token must not help to guess it.
 */
final class PasswordCheck {
  private final LoginGate gate;
  private final Passwords passwords;

  PasswordCheck(LoginGate gate, Passwords passwords) {
    this.gate = gate;
    this.passwords = passwords;
  }

  /** Returns the hash that it matches. Fails with Refused(WRONG_PASSWORD), NO_PASSWORD or RATE_LIMITED. */
  Future<String> check(Call call, String password) {
    Optional<String> account = Optional.of(call.principal().username());
    return gate.logIn(call, account).compose(this::hasPassword).compose(entry -> passwords
        .matching(password, entry.credentials().passwordHash())
        .onFailure(busy -> entry.attempt().giveBack())
        .compose(form -> settle(entry, account, form.isPresent())));
  }

  /** Whoever comes from an identity provider has none here, and nothing that could be guessed. */
  private Future<Entry> hasPassword(Entry entry) {
    if (entry.credentials().user() == null || entry.credentials().passwordHash() != null) {
      return Future.succeededFuture(entry);
    }
    entry.attempt().giveBack();
    return Future.failedFuture(new Refused(Problem.NO_PASSWORD));
  }

  private Future<String> settle(Entry entry, Optional<String> account, boolean right) {
    if (!right) {
      gate.failed(entry, account);
      return Future.failedFuture(new Refused(Problem.WRONG_PASSWORD));
    }
    entry.attempt().giveBack();
    return Future.succeededFuture(entry.credentials().passwordHash());
  }
}
