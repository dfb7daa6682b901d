package io.fastroom.http;

import io.fastroom.bus.Bus;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Actor;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Member;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.AccountApi;
import io.fastroom.wire.Rfc3339;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what was done in the audit trail, with where it came from. Any thread. */
final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.users");

  private final Bus bus;
  private final ClientAddress addresses;

  Audit(Bus bus, ClientAddress addresses) {
    this.bus = bus;
    this.addresses = addresses;
  }

  Future<Void> user(Call call, String action, long userId, Map<String, String> details) {
    return keep(call, action, new Target("user", userId, null), null, details);
  }

  /** @param name null to have it looked up */
  Future<Void> user(Call call, String action, long userId, String name, Map<String, String> details) {
    return keep(call, action, new Target("user", userId, name), null, details);
  }

  Future<Void> member(Call call, String action, long userId, String username) {
    return keep(call, action, new Target("user", userId, username), call.roomId(), Map.of());
  }

  /** With the reason and the end of a ban or mute. */
  Future<Void> member(Call call, String action, Member member) {
    Target target = new Target("user", member.userId(), member.username());
    return keep(call, action, target, call.roomId(), member.reason(),
        member.until() == null ? Map.of() : Map.of("until", Rfc3339.text(member.until())));
  }

  /** Kept when it is another's. */
  Future<Void> message(Call call, String action) {
    return keep(call, action, new Target("message", call.number("message_id"), null), call.roomId(), Map.of());
  }

  Future<Void> room(Call call, String action, String name, Map<String, String> details) {
    return keep(call, action, new Target("room", call.roomId(), name), call.roomId(), details);
  }

  /** Done when it is kept. What was done is done: a failure is told and fails nothing. */
  private Future<Void> keep(Call call, String action, Target target, Long roomId, Map<String, String> details) {
    return keep(call, action, target, roomId, null, details);
  }

  private Future<Void> keep(Call call, String action, Target target, Long roomId, String reason,
                            Map<String, String> details) {
    Map<String, String> all = new HashMap<>(details);
    all.put("address", addresses.of(call.request()));
    Actor actor = call.principal() == null ? null : new Actor(call.userId(), call.principal().username());
    return bus.ask(AccountApi.AUDIT, new AuditEntry(0, null, actor, action, target, roomId, reason, all))
        .onFailure(failure -> LOG.error("not in the audit trail: {} of {} {} by {} request={}: {}", action,
            target.kind(), target.id(), actor == null ? "nobody" : actor.username(), call.requestId(),
            failure.getMessage()))
        .otherwiseEmpty();
  }
}
