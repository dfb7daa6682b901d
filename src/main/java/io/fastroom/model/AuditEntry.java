package io.fastroom.model;

import java.time.Instant;
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

  public record Actor(long id, String username) { }

  /** @param kind user, room, message, invite; @param name null when it has none */
  public record Target(String kind, Long id, String name) { }

  public static AuditEntry of(Actor actor, String action, Target target, Long roomId, Map<String, String> details) {
    return new AuditEntry(0, null, actor, action, target, roomId, null, details);
  }
}
