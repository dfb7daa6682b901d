package io.fastroom.http;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.MailApi;
import io.fastroom.persistence.MailApi.AskReset;
import io.fastroom.persistence.MailApi.AskVerification;
import io.fastroom.settings.Settings;
import io.vertx.core.Future;
import java.text.Normalizer;
import java.util.Locale;

/**
 * Asks for letters, so seldom that nobody can flood a mailbox: what is too much is counted and logged, and whoever asks
 * is told nothing of it.
 *
 * <p>Thread: any. Limits: ten letters at once and ten an hour, to an address whatever stands behind its +, and at the
 * wish of an account; about forgotten passwords, as many a minute from a client's address as it may try to log in.
 */
final class MailGate {
  private static final int COST_MILLIS = 360_000;
  private static final int SIZE_MILLIS = 3_600_000;
  private static final int MINUTE_MILLIS = 60_000;

  private final Bus bus;
  private final Settings settings;
  private final RestLimits limits;
  private final ClientAddress addresses;

  MailGate(Bus bus, Settings settings, RestLimits limits, ClientAddress addresses) {
    this.bus = bus;
    this.settings = settings;
    this.limits = limits;
    this.addresses = addresses;
  }

  boolean isOpen() {
    return settings.mail() != null;
  }

  void check() {
    if (!isOpen()) {
      throw new Refused(Problem.MAIL_UNAVAILABLE);
    }
  }

  /** A letter about a forgotten password. */
  Future<Void> reset(Call call, String email) {
    int perMinute = settings.http().authRatePerMinute();
    Future<Boolean> client = perMinute == 0 ? Future.succeededFuture(true)
        : pour(call, "letter_client", "forgot:" + addresses.of(call.request()), Math.max(1, MINUTE_MILLIS / perMinute),
            MINUTE_MILLIS);
    return client.compose(may -> may ? address(call, email) : Future.succeededFuture(false))
        .compose(may -> may ? bus.ask(MailApi.ASK_RESET, new AskReset(email)) : Future.succeededFuture());
  }

  /** A letter to prove an e-mail. */
  Future<Void> verification(Call call, long userId, String email) {
    return pour(call, "letter_account", "letters-of:" + userId, COST_MILLIS, SIZE_MILLIS)
        .compose(may -> may && email != null ? address(call, email) : Future.succeededFuture(may))
        .compose(may -> may ? bus.ask(MailApi.ASK_VERIFICATION, new AskVerification(userId))
            : Future.succeededFuture());
  }

  /** The same where it is not what was asked for: when none can be had now, it can be asked for later. */
  Future<Void> afterwards(Call call, long userId, String email) {
    return isOpen() && email != null ? verification(call, userId, email).otherwiseEmpty() : Future.succeededFuture();
  }

  private Future<Boolean> address(Call call, String email) {
    String mailbox = Normalizer.normalize(email, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT)
        .replaceFirst("(?<=.)\\+[^@]*@", "@");
    return pour(call, "letter_address", "letters-to:" + mailbox, COST_MILLIS, SIZE_MILLIS);
  }

  private Future<Boolean> pour(Call call, String kind, String key, int cost, int size) {
    return limits.letters().pour(key, cost, size).map(wait -> {
      if (wait > 0) {
        limits.refusals().limited(kind, call.principal() == null ? null : call.principal().username(),
            addresses.of(call.request()), call.requestId());
      }
      return wait == 0;
    });
  }
}
