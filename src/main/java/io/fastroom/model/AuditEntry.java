package io.fastroom.model;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * One entry of the audit trail.
 *
 * @param id 0 and {@code at} null until it is kept
 * @param actor null for somebody who is not signed in, or has the database itself
 * @param roomId null when it is about no room
 * @param reason null when none was given
 * @param details texts by name, such as the address
 */
public record AuditEntry(long id, Instant at, Actor actor, String action, Target target, Long roomId, String reason,
                         Map<String, String> details) {
  public AuditEntry {
    details = Map.copyOf(details);
  }

  /** @param username null to have it looked up */
  public record Actor(long id, String username) { }

  /** @param kind user, room, message, invite, webhook; @param name null when it has none */
  public record Target(String kind, Long id, String name) { }

  public static AuditEntry of(Actor actor, String action, Target target, Long roomId, Map<String, String> details) {
    return new AuditEntry(0, null, actor, action, target, roomId, null, details);
  }

  /**
   * What somebody who is signed in does.
   *
   * @param address where they come from, null when nobody knows
   * @param roomId null when it is about no room
   */
  public static AuditEntry by(long actorId, String address, String action, Target target, Long roomId) {
    return of(new Actor(actorId, null), action, target, roomId, address == null ? Map.of() : Map.of("address", address));
  }

  /** @param reason null for none */
  public AuditEntry because(String reason) {
    return new AuditEntry(id, at, actor, action, target, roomId, reason, details);
  }

  /** @param value null to leave it out */
  public AuditEntry with(String detail, Object value) {
    Map<String, String> all = new HashMap<>(details);
    if (value != null) {
      all.put(detail, String.valueOf(value));
    }
    return new AuditEntry(id, at, actor, action, target, roomId, reason, all);
  }
}
