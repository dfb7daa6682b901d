package io.fastroom.persistence;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How much of a database the statements look at that read a room, in pages of 8 KiB. */
public final class Reading {
  private static final Pattern BUFFERS = Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?");
  private static final String APPEND = "SELECT seqs FROM append_chats_v3(-15, $1, false, 'infinity', 0, "
      + "ARRAY[$2]::bigint[], ARRAY[$2]::bigint[], ARRAY[$3]::bigint[], ARRAY['bench'], ARRAY['text'], "
      + "ARRAY[NULL]::text[], NULL, NULL, 9)";

  private Reading() { }

  /** By what is read. @param messageId in the middle of the room; @param lastSeq that of its last message */
  public static Map<String, Integer> pages(Connection connection, long room, long user, long messageId, long lastSeq)
      throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET plan_cache_mode = force_generic_plan");
      Map<String, Integer> pages = new LinkedHashMap<>();
      pages.put("join", of(statement, EventLog.TAIL, room, 50) + of(statement, EventLog.LAST_MESSAGES, room, 50));
      pages.put("first page", of(statement, MessageStore.NEWEST, room, user, 51, 0));
      pages.put("page anywhere", of(statement, MessageStore.BEFORE, room, user, 51, messageId));
      pages.put("message by id", of(statement, MessageStore.READ_ONE, room, user, messageId));
      pages.put("hundred events", of(statement, EventLog.READ, room, lastSeq - 100, 256));
      pages.put("chat", of(statement, APPEND, System.nanoTime(), room, user));
      return pages;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** The second time, when plans are made and the catalogue is read. */
  private static int of(Statement statement, String sql, Object... parameters) throws SQLException {
    statement.execute("DEALLOCATE ALL");
    statement.execute("PREPARE p AS " + sql);
    String execute = "EXPLAIN (ANALYZE, BUFFERS, TIMING off) EXECUTE p ("
        + Arrays.stream(parameters).map(String::valueOf).collect(Collectors.joining(", ")) + ")";
    statement.execute("SAVEPOINT once");
    statement.executeQuery(execute).close();
    statement.execute("ROLLBACK TO once");
    try (ResultSet rows = statement.executeQuery(execute)) {
      while (rows.next()) {
        Matcher buffers = BUFFERS.matcher(rows.getString(1));
        if (buffers.find()) {
          return number(buffers.group(1)) + number(buffers.group(2));
        }
      }
    }
    throw new SQLException("a plan without buffers");
  }

  private static int number(String found) {
    return found == null ? 0 : Integer.parseInt(found);
  }
}
