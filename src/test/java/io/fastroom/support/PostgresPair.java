package io.fastroom.support;

import java.util.Map;
import java.util.function.Consumer;

/**
 * A primary behind one door and its standby, as a failover tool keeps them: after each promotion a new standby follows.
 * Thread: one at a time.
 */
public final class PostgresPair implements AutoCloseable {
  private static final String STANDBY = "standby";
  private static final String SYNCHRONOUS = "synchronous_standby_names";

  private final boolean synchronous;
  private final Proxy door;
  private final Proxy link;
  private volatile PostgresServer primary;
  private PostgresServer standby;

  /** @param synchronous whether commits wait for the standby */
  public PostgresPair(boolean synchronous) {
    this.synchronous = synchronous;
    primary = PostgresServer.create(Map.of());
    door = new Proxy(primary.port());
    link = new Proxy(primary.port());
    follow();
  }

  private void follow() {
    standby = primary.standby(STANDBY, link.port());
    primary.awaitStandby(STANDBY);
    setSynchronous(synchronous);
    if (synchronous) {
      Until.holds("the standby is synchronous", () -> "1".equals(primary.ask(
          "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")));
    }
  }

  private void setSynchronous(boolean on) {
    String names = on ? STANDBY : "";
    primary.configure(Map.of(SYNCHRONOUS, names));
    primary.reload();
    Until.holds("it is told whom to wait for", () -> names.equals(primary.ask("SHOW " + SYNCHRONOUS)));
  }

  /** Where the primary is found, whichever it is. */
  public int port() {
    return door.port();
  }

  public String url() {
    return PostgresServer.url(port());
  }

  /** As it is now, without the door. */
  public PostgresServer primary() {
    return primary;
  }

  /** The primary dies and, after so many milliseconds without one, the standby, which has everything, takes its place. */
  public void promote(long millis) {
    primary.kill9();
    Until.pause(millis);
    takeOver().close();
    follow();
  }

  /**
   * The standby takes the primary's place without what was committed meanwhile.
   *
   * @param meanwhile runs while the primary serves and the standby hears nothing of it
   * @param dead is shown the primary that was, with all it had
   */
  public void promoteLosing(Runnable meanwhile, Consumer<PostgresServer> dead) {
    setSynchronous(false);
    link.shut();
    meanwhile.run();
    primary.kill9();
    try (PostgresServer old = takeOver()) {
      old.start();
      dead.accept(old);
    }
    link.heal();
    follow();
  }

  /** Answers the server that was the primary. */
  private PostgresServer takeOver() {
    PostgresServer dead = primary;
    primary = standby;
    primary.promote();
    door.turnTo(primary.port());
    link.turnTo(primary.port());
    return dead;
  }

  @Override
  public void close() {
    door.close();
    link.close();
    if (standby != primary) {
      standby.close();
    }
    primary.close();
  }
}
