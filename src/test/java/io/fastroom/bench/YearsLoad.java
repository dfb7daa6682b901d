package io.fastroom.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Fills the tables of a new database with what years leave: messages by COPY, their indexes built afterwards. Rooms are as
 * uneven as real ones: one has a fifth of all, of the others the n-th as many as one over n. Room r is called {@code room}
 * and r. Of the log every tenth event is none that anybody could still resume over.
 *
 * <p>Whatever {@code messages} says, there are {@value #VISITED} rooms of {@value #VISITED_MESSAGES} messages, and one of
 * {@value #TALK_MESSAGES}, spread over all the years.
 */
final class YearsLoad {
  static final int VISITED = 300;
  static final int VISITED_MESSAGES = 100;
  static final int TALK = VISITED + 1;
  static final int TALK_MESSAGES = 5_000;
  static final int HUGE = VISITED + 2;
  static final int USERS = 1_000;
  static final int BESIDE = 10;
  private static final int SET_APART = VISITED * VISITED_MESSAGES + TALK_MESSAGES;
  private static final Duration AGE = Duration.ofDays(3 * 365);
  private static final long POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond() * 1_000_000;
  private static final int CHUNK = 1 << 20;
  private static final String PEOPLE = """
      INSERT INTO users (username, password_hash) SELECT 'bench.' || lpad(n::text, 5, '0'), '' FROM generate_series(1, %d) n;
      INSERT INTO rooms (name, created_at) SELECT 'room' || n, now() - interval '4 years' FROM generate_series(1, %d) n;
      INSERT INTO rooms (name) SELECT 'beside-' || n FROM generate_series(0, %d) n;
      INSERT INTO room_members (room_id, user_id, is_moderator) SELECT n, 1, n = %d FROM generate_series(1, %4$d) n;
      INSERT INTO room_members (room_id, user_id) SELECT n, 2 + (n * 7 + k * 131) %% (%1$d - 1)
      FROM generate_series(1, %2$d) n, generate_series(1, 3) k""";

  private final Backends backends;
  private final String database;
  private final long messages;
  private final int rooms;
  private final SplittableRandom random = new SplittableRandom(15);
  private final byte[][] words = new byte[1 << 16][];
  private final long[] seqs;
  private final long[] counts;
  double copySeconds;
  double indexSeconds;

  YearsLoad(Backends backends, String database, long messages, int rooms) {
    this.backends = backends;
    this.database = database;
    this.messages = messages;
    this.rooms = rooms;
    seqs = new long[rooms + 1];
    counts = new long[rooms + 1];
    for (int i = 0; i < words.length; i++) {
      words[i] = (" w" + (int) Math.pow(60_000, random.nextDouble())).getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** @param searchable whether there is to be the index of words, which takes longer than all the rest */
  void run(boolean searchable) throws Exception {
    try (Connection connection = backends.connect(database); Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'");
      statement.execute(PEOPLE.formatted(USERS, rooms, BESIDE - 1, HUGE));
      List<String> constraints = column(statement, "SELECT 'ALTER TABLE messages ADD CONSTRAINT ' || conname "
          + "|| CASE contype WHEN 'p' THEN ' PRIMARY KEY' ELSE ' UNIQUE' END || ' USING INDEX ' || conname "
          + "FROM pg_constraint WHERE conrelid = 'messages'::regclass AND contype IN ('p', 'u')");
      List<String> indexes = column(statement, "SELECT indexdef FROM pg_indexes WHERE tablename = 'messages'"
          + " ORDER BY indexname <> 'messages_words'");
      for (String drop : column(statement, "SELECT 'ALTER TABLE messages DROP CONSTRAINT ' || conname FROM pg_constraint"
          + " WHERE conrelid = 'messages'::regclass AND contype IN ('p', 'u')")) {
        statement.execute(drop);
      }
      for (String drop : column(statement, "SELECT 'DROP INDEX ' || indexname FROM pg_indexes"
          + " WHERE tablename = 'messages'")) {
        statement.execute(drop);
      }
      long begin = System.nanoTime();
      copy(connection, statement);
      copySeconds = (System.nanoTime() - begin) / 1e9;
      build(statement, indexes.stream().filter(index -> searchable || !index.contains("messages_words")).toList());
      for (String constraint : constraints) {
        statement.execute(constraint);
      }
      statement.execute("ANALYZE; CHECKPOINT");
      indexSeconds = (System.nanoTime() - begin) / 1e9 - copySeconds;
    }
  }

  private static List<String> column(Statement statement, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  /** The first one, which is that of words and takes as long as the others, beside them. */
  private void build(Statement statement, List<String> indexes) throws SQLException {
    CompletableFuture<Void> first = CompletableFuture.runAsync(() -> {
      try (Connection beside = backends.connect(database); Statement its = beside.createStatement()) {
        its.execute("SET maintenance_work_mem = '1GB'");
        its.execute(indexes.get(0));
      } catch (SQLException e) {
        throw new CompletionException(e);
      }
    });
    for (String index : indexes.subList(1, indexes.size())) {
      statement.execute(index);
    }
    first.join();
  }

  /** Frozen, as what is years old is. */
  private void copy(Connection connection, Statement statement) throws Exception {
    connection.setAutoCommit(false);
    statement.execute("TRUNCATE messages");
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY messages (id, room_id, seq, user_id,"
        + " username, content, created_at, message_count) FROM STDIN (FORMAT binary, FREEZE)");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(CHUNK + 4_096);
    DataOutputStream out = new DataOutputStream(bytes);
    out.write("PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1));
    out.writeLong(0);
    long begin = micros(Instant.now().minus(AGE));
    double step = (double) AGE.minusMinutes(1).toSeconds() * 1_000_000 / messages;
    for (long i = 0; i < messages; i++) {
      write(out, i, begin + (long) (i * step));
      if (bytes.size() > CHUNK) {
        flush(copy, bytes);
      }
    }
    out.writeShort(-1);
    flush(copy, bytes);
    copy.endCopy();
    statement.execute("SELECT setval('messages_id_seq', " + messages + ")");
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static void flush(CopyIn copy, ByteArrayOutputStream bytes) throws SQLException {
    copy.writeToCopy(bytes.toByteArray(), 0, bytes.size());
    bytes.reset();
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 - POSTGRES_EPOCH;
  }

  private int room(long i) {
    long nth = (long) ((double) i * SET_APART / messages);
    if ((long) ((double) (i + 1) * SET_APART / messages) > nth) {
      return nth % 7 == 0 ? TALK : 1 + (int) (nth % VISITED);
    }
    return random.nextInt(5) == 0 ? HUGE : HUGE + (int) Math.pow(rooms - HUGE, random.nextDouble());
  }

  private void write(DataOutputStream out, long i, long at) throws IOException {
    int room = room(i);
    seqs[room] += seqs[room] % 10 == 9 ? 2 : 1;
    long user = 1 + random.nextInt(USERS);
    out.writeShort(8);
    number(out, i + 1);
    number(out, room);
    number(out, seqs[room]);
    number(out, user);
    String name = People.username((int) user);
    out.writeInt(name.length());
    out.writeBytes(name);
    text(out, 4 + (int) (i % 5));
    number(out, at);
    number(out, ++counts[room]);
  }

  private static void number(DataOutputStream out, long value) throws IOException {
    out.writeInt(8);
    out.writeLong(value);
  }

  private void text(DataOutputStream out, int length) throws IOException {
    int[] chosen = new int[length];
    int size = -1;
    for (int i = 0; i < length; i++) {
      chosen[i] = random.nextInt(words.length);
      size += words[chosen[i]].length;
    }
    out.writeInt(size);
    for (int i = 0; i < length; i++) {
      byte[] word = words[chosen[i]];
      out.write(word, i == 0 ? 1 : 0, word.length - (i == 0 ? 1 : 0));
    }
  }
}
