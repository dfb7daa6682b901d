package io.fastroom.persistence;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is no longer needed: the messages, events, reactions and members of deleted large rooms, and the
 * reactions of deleted messages; the names and memberships of deleted accounts; bans and mutes that are over; messages
 * and events that are older than they are kept; long expired tokens, logins, keys and links; letters that nobody sends;
 * old client addresses, traces of deleted users and records of batches. One a node; nodes do not get in each other's way.
 *
 * <p>Thread: its context. Limits: so few rows a statement that nobody waits for it.
 */
final class Housekeeping extends VerticleBase {
  private static final long END_MILLIS = 1_000;
  private static final long PURGE_MILLIS = 5_000;
  private static final long TOKENS_MILLIS = 600_000;
  /** Of each table, in one piece. */
  private static final int ROWS = 1_000;
  /** Of messages that were not sorted in yet: by then there are as many again. */
  private static final int MANY_PAGES = 128;
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.persistence");

  /** So that searches find little to read beside the index. */
  private static final String SORT_IN = """
      SELECT gin_clean_pending_list(c.oid) FROM pg_class c
      WHERE c.oid = to_regclass('messages_words') AND pg_has_role(c.relowner, 'USAGE')""";
  private static final String NEXT_ROOM =
      "SELECT room_id FROM room_purges ORDER BY deleted_at LIMIT 1 FOR UPDATE SKIP LOCKED";
  /**
   * By their place, whatever the planner takes the room for; those up to $3 are gone, but the index still leads past them
   * until it is vacuumed.
   */
  static final String MESSAGES = """
      WITH gone AS (
        DELETE FROM messages WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM messages WHERE room_id = $1 AND id > $3 ORDER BY id LIMIT $2)) RETURNING id
      )
      SELECT count(*), max(id) FROM gone""";
  static final String EVENTS = """
      WITH gone AS (
        DELETE FROM room_events WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM room_events WHERE room_id = $1 AND seq > $3 ORDER BY seq LIMIT $2)) RETURNING seq
      )
      SELECT count(*), max(seq) FROM gone""";
  static final String REACTIONS = """
      WITH gone AS (
        DELETE FROM reactions WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM reactions WHERE room_id = $1 AND message_id >= $3 ORDER BY message_id LIMIT $2))
        RETURNING message_id
      )
      SELECT count(*), max(message_id) FROM gone""";
  static final String MEMBERS = """
      WITH gone AS (
        DELETE FROM room_members WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM room_members WHERE room_id = $1 AND user_id > $3 ORDER BY user_id LIMIT $2)) RETURNING user_id
      )
      SELECT count(*), max(user_id) FROM gone""";
  static final String MARKS = """
      WITH gone AS (
        DELETE FROM read_marks WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM read_marks WHERE room_id = $1 AND user_id > $3 ORDER BY user_id LIMIT $2)) RETURNING user_id
      )
      SELECT count(*), max(user_id) FROM gone""";
  private static final String NEXT_MESSAGE =
      "SELECT room_id, message_id FROM reaction_purges LIMIT 1 FOR UPDATE SKIP LOCKED";
  private static final String ITS_REACTIONS = """
      WITH gone AS (
        DELETE FROM reactions WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM reactions WHERE room_id = $1 AND message_id = $2 LIMIT $3)) RETURNING 1
      )
      DELETE FROM reaction_purges WHERE room_id = $1 AND message_id = $2 AND (SELECT count(*) FROM gone) < $3""";
  private static final String DONE = """
      WITH counts AS (DELETE FROM member_counts WHERE room_id = $1),
        kinds AS (DELETE FROM reaction_counts WHERE room_id = $1) DELETE FROM room_purges WHERE room_id = $1""";
  private static final String TOKENS = """
      WITH refresh AS (
        DELETE FROM refresh_tokens WHERE expires_at < {now} - interval '1 day' AND access_expires_at < {now}
      ), logins AS (
        DELETE FROM logins WHERE expires_at < {now} - interval '1 day'
      ), keys AS (
        DELETE FROM api_keys WHERE expires_at < {now} - interval '30 days'
      ), addresses AS (
        DELETE FROM known_addresses WHERE seen_at < {now} - interval '30 days'
      ), removed AS (
        DELETE FROM removed_users WHERE removed_at < {now} - interval '100 days'
      ), links AS (
        DELETE FROM mail_links WHERE expires_at < {now}
      ), letters AS (
        DELETE FROM letters WHERE created_at < {now} - interval '3 days'
      ), batches AS (
        DELETE FROM append_batches WHERE at < {now} - interval '1 hour'
      )
      DELETE FROM blocked_tokens WHERE expires_at < {now} - interval '1 hour'""".replace("{now}", BothClocks.sql("$1"));

  private static final List<String> OF_A_ROOM = List.of(MESSAGES, EVENTS, REACTIONS, MEMBERS, MARKS);

  private final Database database;
  private final EventLog log;
  private final AccountPurge accounts;
  private final Restrictions restrictions;
  private final Retention retention;
  private boolean idsRaised;
  private Purge purge = Purge.NONE;

  Housekeeping(Database database, AccountPurge accounts, Restrictions restrictions, Retention retention) {
    this.database = database;
    this.log = new EventLog(database);
    this.accounts = accounts;
    this.restrictions = restrictions;
    this.retention = retention;
  }

  @Override
  public Future<?> start() {
    Chore end = new Chore(() -> restrictions.end().map(false));
    Chore retain = new Chore(retention::some);
    Chore purge = new Chore(this::purgeSome);
    Chore sortIn = new Chore(() -> database.query(SORT_IN, Tuple.tuple())
        .map(rows -> rows.size() > 0 && Rows.first(rows).getLong(0) > MANY_PAGES));
    Chore ids = new Chore(() -> raiseIds().map(false));
    Chore tokens = new Chore(() -> database.query(TOKENS, Tuple.of(BothClocks.node())).map(false));
    vertx.setPeriodic(ThreadLocalRandom.current().nextLong(1, END_MILLIS), END_MILLIS, id -> {
      end.start();
      retain.start();
      sortIn.start();
    });
    vertx.setPeriodic(ThreadLocalRandom.current().nextLong(1, PURGE_MILLIS), PURGE_MILLIS, id -> {
      purge.start();
      ids.start();
    });
    vertx.setPeriodic(ThreadLocalRandom.current().nextLong(1, TOKENS_MILLIS), TOKENS_MILLIS, id -> tokens.start());
    return raiseIds().otherwiseEmpty();
  }

  /** Once per start: while no node ran, a restore may have set the sequence of ids back. */
  private Future<Void> raiseIds() {
    return idsRaised ? Future.succeededFuture() : log.raiseIds().onSuccess(raised -> idsRaised = true);
  }

  /**
   * Work that is done piece by piece until nothing is left; each in a turn of the loop of its own, so that nothing grows
   * with their number.
   */
  private final class Chore {
    private final Supplier<Future<Boolean>> piece;
    private boolean busy;
    /** Told once, until it works again. */
    private boolean putOff;

    /** @param piece answers whether there may be more */
    Chore(Supplier<Future<Boolean>> piece) {
      this.piece = piece;
    }

    void start() {
      if (busy) {
        return;
      }
      busy = true;
      long began = System.nanoTime();
      piece.get().onComplete(result -> {
        if (result.failed() && !putOff) {
          LOG.info("housekeeping is put off: {}", result.cause().getMessage());
        }
        putOff = result.failed();
        if (result.succeeded() && result.result()) {
          // As long as a piece takes, PostgreSQL has its disk and its processors for people again.
          vertx.setTimer(1 + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began), timer -> {
            busy = false;
            start();
          });
        } else {
          busy = false;
        }
      });
    }
  }

  /** Whether there may be more. */
  private Future<Boolean> purgeSome() {
    return purgeRooms().compose(more -> more ? Future.succeededFuture(true) : purgeReactions())
        .compose(more -> more ? Future.succeededFuture(true) : accounts.some());
  }

  private Future<Boolean> purgeReactions() {
    return database.transaction(connection -> connection.preparedQuery(NEXT_MESSAGE).execute()
        .compose(rows -> rows.size() == 0 ? Future.succeededFuture(false) : connection.preparedQuery(ITS_REACTIONS)
            .execute(Tuple.of(Rows.first(rows).getLong(0), Rows.first(rows).getLong(1), ROWS)).map(true)));
  }

  private Future<Boolean> purgeRooms() {
    return database.transaction(connection -> connection.preparedQuery(NEXT_ROOM).execute()
        .compose(rows -> rows.size() == 0 ? Future.succeededFuture(false) : purge(connection, Rows.first(rows))));
  }

  private Future<Boolean> purge(SqlConnection connection, Row row) {
    long room = row.getLong(0);
    Purge from = purge.room == room ? purge : new Purge(room, new long[OF_A_ROOM.size()]);
    List<Future<Row>> removed = IntStream.range(0, OF_A_ROOM.size()).mapToObj(i -> connection
        .preparedQuery(OF_A_ROOM.get(i)).execute(Tuple.of(room, ROWS, from.upTo[i])).map(Rows::first)).toList();
    return Future.all(removed).compose(done -> {
      boolean none = removed.stream().allMatch(some -> some.result().getLong(0) == 0);
      purge = none ? Purge.NONE : from.after(removed.stream().map(Future::result).toList());
      return none && from.isBegin() ? connection.preparedQuery(DONE).execute(Tuple.of(room)).mapEmpty()
          : Future.succeededFuture();
    }).map(true);
  }

  /**
   * How far a room has been emptied by this node. What comes late, or moved meanwhile, is found when nothing more comes:
   * then it is looked for from the beginning once more.
   */
  private record Purge(long room, long[] upTo) {
    static final Purge NONE = new Purge(0, new long[0]);

    Purge after(List<Row> removed) {
      return new Purge(room, IntStream.range(0, upTo.length)
          .mapToLong(i -> Math.max(upTo[i], Objects.requireNonNullElse(removed.get(i).getLong(1), 0L))).toArray());
    }

    boolean isBegin() {
      return Arrays.stream(upTo).allMatch(at -> at == 0);
    }
  }
}
