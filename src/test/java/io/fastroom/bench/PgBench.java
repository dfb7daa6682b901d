package io.fastroom.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's own benchmark: the same row into the same kind of table, one insert a transaction. */
final class PgBench {
  private static final String INSERT = """
      \\set room random(1, 200)
      INSERT INTO bench_messages (room_id, seq, user_id, username, content, created_at)
      VALUES (:room, nextval('bench_seq'), 1, 'bench.00001', '%s', clock_timestamp());
      """.formatted("x".repeat(100));
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+) \\(without");

  /** @param perSecond NaN when pgbench is not there */
  record Inserts(double perSecond, String note) { }

  private PgBench() { }

  static Inserts run(Backends backends, int connections, int seconds) throws Exception {
    try (Connection connection = backends.connect(); Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS bench_messages");
      statement.execute("DROP SEQUENCE IF EXISTS bench_seq");
      statement.execute("CREATE TABLE bench_messages (LIKE messages INCLUDING ALL)");
      statement.execute("CREATE SEQUENCE bench_seq CACHE 100");
      try {
        return measure(backends, connections, seconds);
      } finally {
        statement.execute("DROP TABLE bench_messages");
        statement.execute("DROP SEQUENCE bench_seq");
      }
    }
  }

  private static Inserts measure(Backends backends, int connections, int seconds) throws Exception {
    Path script = Files.writeString(Files.createTempFile("bench", ".sql"), INSERT);
    try {
      Process pgbench = new ProcessBuilder(List.of("pgbench", "-n", "-M", "prepared", "-c", "" + connections, "-j", "1",
          "-T", "" + seconds, "-f", script.toString(), backends.database().toString()))
          .redirectErrorStream(true).start();
      String said = new String(pgbench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher rate = RATE.matcher(said);
      if (pgbench.waitFor() != 0 || !rate.find()) {
        return new Inserts(Double.NaN, "pgbench failed: " + said.strip());
      }
      return new Inserts(Double.parseDouble(rate.group(1)), connections + " connections");
    } catch (IOException e) {
      return new Inserts(Double.NaN, "pgbench is not installed");
    } finally {
      Files.delete(script);
    }
  }
}
