package io.fastroom.persistence;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * The time by which something is over that nobody can take back: a token forgotten, a message deleted, a ban ended,
 * somebody invited who is sent away. It is over when PostgreSQL's clock and the node's own both say so, since either may be
 * set ahead for a moment, and a server that takes over has a clock of its own. Where one is behind, what is over goes
 * later.
 *
 * <p>Stateless.
 */
final class BothClocks {
  private BothClocks() { }

  /** @param parameter such as {@code $1}, for {@link #node} */
  static String sql(String parameter) {
    return "least(now(), " + parameter + "::timestamptz)";
  }

  /** What the node's own shows. */
  static OffsetDateTime node() {
    return OffsetDateTime.now(ZoneOffset.UTC);
  }
}
