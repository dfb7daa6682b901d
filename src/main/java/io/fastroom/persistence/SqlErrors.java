package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** What a failure of PostgreSQL means to the one who asked. Stateless. */
final class SqlErrors {
  /** By unique constraint or index. */
  private static final Map<String, Problem> TAKEN = Map.of(
      "users_username_key", Problem.USERNAME_TAKEN,
      "users_email_key", Problem.EMAIL_TAKEN,
      "rooms_name_key", Problem.ROOM_NAME_TAKEN);
  private static final String UNIQUE = "23505";
  private static final String FOREIGN_KEY = "23503";
  /** What was deleted between being looked up and being referred to, by foreign key; of any other it is who asks. */
  private static final Map<String, Problem> GONE = Map.of(
      "webhooks_room_id_fkey", Problem.ROOM_NOT_FOUND,
      "webhook_cursors_room_id_fkey", Problem.ROOM_NOT_FOUND,
      "webhook_cursors_webhook_id_fkey", Problem.WEBHOOK_NOT_FOUND);
  /** A value PostgreSQL cannot hold, such as a text with NUL or an offset out of range. */
  private static final String DATA = "22";
  private static final String LOCK_TIMEOUT = "55P03";
  /** Deadlock, serialization failure, lock timeout, statement timeout, follow-up in a failed transaction. */
  private static final Set<String> STATEMENT = Set.of("40P01", "40001", "55P03", "57014", "25P02");
  /** Read-only (a primary that is one no more), idle in transaction for too long. */
  private static final Set<String> CONNECTION = Set.of("25006", "25P03");
  /** No such table, column or function, or no right to it: another schema, or an account that may do less. */
  private static final Set<String> SCHEMA = Set.of("42P01", "42703", "42883", "42501", "3F000");
  /** A prepared statement that is not there, or is there already: somebody else has had the session. */
  private static final Set<String> STATEMENT_NAME = Set.of("26000", "42P05");

  private SqlErrors() { }

  /** What is neither the asker's fault nor PostgreSQL being away stays as it is. */
  static Throwable translate(Throwable failure) {
    String state = state(failure);
    if (state.equals(UNIQUE) && TAKEN.containsKey(String.valueOf(((PgException) failure).getConstraint()))) {
      return new Refused(TAKEN.get(((PgException) failure).getConstraint()));
    }
    if (isGone(failure)) {
      String constraint = String.valueOf(((PgException) failure).getConstraint());
      return new Refused(GONE.getOrDefault(constraint, Problem.UNAUTHORIZED));
    }
    if (state.startsWith(DATA)) {
      return new Refused(Problem.INVALID_MESSAGE);
    }
    return isAway(failure) ? new Refused(Problem.UNAVAILABLE) : failure;
  }

  /** Whether what is referred to is no more. */
  static boolean isGone(Throwable failure) {
    return state(failure).equals(FOREIGN_KEY);
  }

  /** Whether what was given cannot be kept, whoever gives it (SQLSTATE classes 22, 23 and 54). */
  static boolean isInTheData(Throwable failure) {
    String state = state(failure);
    return state.startsWith(DATA) || state.startsWith("23") || state.startsWith("54");
  }

  /** Whether it may be one of several questions that failed the statement of all, by what it asks or by what it locks. */
  static boolean isOfOne(Throwable failure) {
    return isInTheData(failure) || LOCK_TIMEOUT.equals(state(failure));
  }

  /** Whether a lock was waited for in vain. */
  static boolean isLocked(Throwable failure) {
    return LOCK_TIMEOUT.equals(state(failure));
  }

  /** Whether the same question may succeed later. */
  static boolean isAway(Throwable failure) {
    return breaksConnection(failure) || STATEMENT.contains(state(failure));
  }

  /** Whether the connection must not be used again: broken, slow beyond its limit, or to a server that cannot serve. */
  static boolean breaksConnection(Throwable failure) {
    String state = state(failure);
    if (state.isEmpty()) {
      return !(failure instanceof Refused) && isTransport(failure);
    }
    return CONNECTION.contains(state) || STATEMENT_NAME.contains(state) || state.startsWith("08")
        || state.startsWith("53") || state.startsWith("57P")
        || state.startsWith("58");
  }

  private static boolean isTransport(Throwable failure) {
    return failure instanceof IOException || failure instanceof TimeoutException || failure instanceof VertxException;
  }

  /** Never of anything that somebody asks for, or whoever found out how could take every node away. */
  static boolean isServersFault(Throwable failure) {
    String state = state(failure);
    return SCHEMA.contains(state) || state.equals("25006") || state.startsWith("58") || state.startsWith("XX00")
        || state.startsWith("53") && !state.equals("53300");
  }

  static boolean lostStatement(Throwable failure) {
    return STATEMENT_NAME.contains(state(failure));
  }

  /** One line for the log: the server's own words where it has said something. */
  static String words(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof PgException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String said = cause instanceof PgException error ? error.getErrorMessage() + " (" + error.getSqlState() + ")"
        : cause.getMessage();
    return said == null ? cause.getClass().getSimpleName() : said.replaceAll("\\p{Cntrl}+", " ");
  }

  /** Whether PostgreSQL itself has said that nothing of the statement was committed. */
  static boolean isRolledBack(Throwable failure) {
    String state = state(failure);
    return !state.isEmpty() && !state.startsWith("57P") && !state.startsWith("08");
  }

  /** The SQLSTATE, empty when it was not PostgreSQL that failed. */
  static String state(Throwable failure) {
    return failure instanceof PgException error && error.getSqlState() != null ? error.getSqlState() : "";
  }
}
