package io.fastroom.http;

import io.fastroom.bus.Bus;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.User;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.AccountApi;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps in the audit trail who was not let in, and why. Any thread. */
final class RefusedLogins {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.users");

  private final Bus bus;
  private final ClientAddress addresses;

  RefusedLogins(Bus bus, ClientAddress addresses) {
    this.bus = bus;
    this.addresses = addresses;
  }

  /** Nobody waits for it: how long the answer takes must not tell whether there is such a user. */
  void keep(Call call, User user, String why) {
    Target target = new Target("user", user.id(), user.username());
    Map<String, String> details = Map.of("why", why, "address", addresses.of(call.request()));
    bus.ask(AccountApi.AUDIT, AuditEntry.of(null, "login_refused", target, null, details))
        .onFailure(failure -> LOG.error("not in the audit trail: login_refused of {} request={}: {}", user.username(),
            call.requestId(), failure.getMessage()));
  }
}
