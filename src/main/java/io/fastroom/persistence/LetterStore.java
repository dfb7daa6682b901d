package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Letter;
import io.fastroom.model.Letter.Addressee;
import io.fastroom.model.Letter.Kind;
import io.fastroom.model.Problem;
import io.fastroom.persistence.MailApi.AskReset;
import io.fastroom.persistence.MailApi.AskVerification;
import io.fastroom.persistence.MailApi.CountLetters;
import io.fastroom.persistence.MailApi.DoneWith;
import io.fastroom.persistence.MailApi.NoteLink;
import io.fastroom.persistence.MailApi.TakeLetters;
import io.fastroom.persistence.MailApi.TryAgain;
import io.fastroom.persistence.MailApi.Waiting;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Table {@code letters}: mail that waits to be sent. Thread: any. Limits: {@value #MOST} letters. */
final class LetterStore {
  static final int MOST = 10_000;

  private static final String ROOM_FOR_ONE =
      " WHERE (SELECT count(*) FROM (SELECT FROM letters LIMIT " + MOST + ") q) < " + MOST + "\n";
  private static final String TO_USER = """
      INSERT INTO letters AS l (kind, user_id, address) SELECT $1::text, $2::bigint, $3::text""" + ROOM_FOR_ONE + """
      ON CONFLICT (user_id, kind) WHERE user_id IS NOT NULL DO UPDATE SET version = l.version + 1""";
  /** Written also when it is there, so that it takes the same time. */
  private static final String TO_ADDRESS = """
      INSERT INTO letters AS l (kind, address) SELECT $1::text, $2::text""" + ROOM_FOR_ONE + """
      ON CONFLICT (address, kind) WHERE user_id IS NULL DO UPDATE SET version = l.version""";
  private static final String UNPROVEN = """
      SELECT COALESCE(u.new_email, u.email), u.new_email IS NULL AND u.email_verified, EXISTS (SELECT FROM users o
        WHERE o.email_key = COALESCE(u.new_email_key, u.email_key) AND o.email_verified AND o.id <> u.id)
      FROM users u WHERE u.id = $1""";
  /**
   * Of those whose e-mail is not proven, and nobody else's, the oldest accounts. What is due later than any pause lasts is
   * of a time before PostgreSQL's clock was set back.
   */
  private static final String TAKE = """
      WITH taken AS (
        UPDATE letters SET attempts = attempts + 1, due_at = clock_timestamp() + interval '2 minutes' WHERE id IN (
          SELECT id FROM letters WHERE due_at <= clock_timestamp() OR due_at > clock_timestamp() + interval '1 second' *
            CASE attempts WHEN 0 THEN 5 ELSE GREATEST(125, LEAST(905, 5 + 2 ^ LEAST(attempts, 10))) END
          ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        RETURNING *
      )
      SELECT t.id, t.kind, t.version, t.attempts, extract(epoch FROM {now} - t.created_at)::bigint, a.id,
        a.username, a.email
      FROM taken t LEFT JOIN LATERAL (
        SELECT u.id, u.username, CASE t.kind WHEN 'verify' THEN COALESCE(u.new_email, u.email)
          WHEN 'email_changed' THEN t.address ELSE u.email END AS email
        FROM users u WHERE u.id = t.user_id AND NOT u.disabled AND CASE t.kind
          WHEN 'verify' THEN u.new_email IS NOT NULL OR NOT u.email_verified
          WHEN 'password_changed' THEN u.email_key IS NOT NULL ELSE true END
        UNION ALL
        SELECT u.id, u.username, u.email FROM users u
        WHERE t.user_id IS NULL AND u.email_key = t.address AND NOT u.disabled AND u.password_hash <> ''
        UNION ALL
        (SELECT u.id, u.username, u.email FROM users u
        WHERE t.user_id IS NULL AND u.new_email_key = t.address AND u.email_key IS NULL AND NOT u.disabled
          AND u.password_hash <> '' AND NOT EXISTS (SELECT FROM users o WHERE o.email_key = t.address)
        ORDER BY u.id LIMIT 3)
      ) a ON a.email IS NOT NULL ORDER BY t.id""".replace("{now}", BothClocks.sql("$2"));
  private static final String LINK = """
      INSERT INTO mail_links (hash, kind, user_id, email, expires_at)
      VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))""";
  private static final String DONE = """
      WITH done AS (DELETE FROM letters WHERE id = $1 AND version = $2)
      UPDATE letters SET due_at = clock_timestamp(), created_at = clock_timestamp(), attempts = 0
      WHERE id = $1 AND version <> $2""";
  private static final String AGAIN =
      "UPDATE letters SET due_at = clock_timestamp() + make_interval(secs => $2) WHERE id = $1";
  private static final String COUNT = "SELECT count(*), COALESCE(extract(epoch FROM clock_timestamp() - min(created_at)),"
      + " 0)::bigint FROM (SELECT created_at FROM letters LIMIT " + (MOST + 1) + ") l";

  private final Database database;

  LetterStore(Database database) {
    this.database = database;
  }

  /** Within a transaction. @param address null for the one that the account has when it is sent */
  static Future<Void> ask(SqlConnection connection, Kind kind, long userId, String address) {
    return connection.preparedQuery(TO_USER).execute(Tuple.of(kind.text(), userId, address)).mapEmpty();
  }

  Future<Void> askReset(AskReset q) {
    return database.query(TO_ADDRESS, Tuple.of(Kind.RESET.text(), EmailKey.of(q.email()))).map(LetterStore::checkAsked);
  }

  private static Void checkAsked(RowSet<Row> rows) {
    if (rows.rowCount() == 0) {
      throw new Refused(Problem.MAIL_UNAVAILABLE, "Too many letters wait to be sent, try again later");
    }
    return null;
  }

  Future<Void> askVerification(AskVerification q) {
    return database.query(UNPROVEN, Tuple.of(q.userId())).compose(rows -> {
      Row row = Rows.first(rows);
      RoomChanges.check(row == null ? Problem.USER_NOT_FOUND : row.getString(0) == null ? Problem.NO_EMAIL
          : row.getBoolean(1) ? null : row.getBoolean(2) ? Problem.EMAIL_TAKEN : null);
      return row.getBoolean(1) ? Future.succeededFuture()
          : database.query(TO_USER, Tuple.of(Kind.VERIFY.text(), q.userId(), null)).map(LetterStore::checkAsked);
    });
  }

  Future<List<Letter>> take(TakeLetters q) {
    return database.query(TAKE, Tuple.of(q.most(), BothClocks.node())).map(rows -> {
      Map<Long, Letter> letters = new LinkedHashMap<>();
      for (Row row : rows) {
        List<Addressee> to = new ArrayList<>();
        if (letters.containsKey(row.getLong(0))) {
          to.addAll(letters.get(row.getLong(0)).to());
        }
        if (row.getLong(5) != null) {
          to.add(new Addressee(row.getLong(5), row.getString(6), row.getString(7)));
        }
        letters.put(row.getLong(0), new Letter(row.getLong(0), Kind.of(row.getString(1)), row.getInteger(2),
            row.getInteger(3), Duration.ofSeconds(row.getLong(4)), to));
      }
      return List.copyOf(letters.values());
    });
  }

  Future<Void> noteLink(NoteLink q) {
    return database.query(LINK, Tuple.of(Buffer.buffer(q.hash()), q.kind().text(), q.userId(), q.email(),
        (double) q.seconds())).mapEmpty();
  }

  Future<Void> doneWith(DoneWith q) {
    return database.query(DONE, Tuple.of(q.letterId(), q.version())).mapEmpty();
  }

  Future<Void> tryAgain(TryAgain q) {
    return database.query(AGAIN, Tuple.of(q.letterId(), (double) q.seconds())).mapEmpty();
  }

  Future<Waiting> count(CountLetters q) {
    return database.query(COUNT, Tuple.tuple()).map(rows -> new Waiting(Rows.first(rows).getLong(0),
        Rows.first(rows).getLong(1)));
  }
}
