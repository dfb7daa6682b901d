package io.fastroom.persistence;

import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;

/** What a failure to connect means while a node starts: whether waiting helps. Stateless. */
final class StartErrors {
  /** Reported by poolers, which have one SQLSTATE for everything; and by a server that answers without TLS. */
  private static final Pattern FINAL_WORDS = Pattern.compile(
      "(?i)no such (database|user)|does not exist|authentication|auth failed|password|unsupported startup parameter|"
      + "not allowed|fatal alert|SSL required|requires SSL|does not support SSL|channel binding");

  private StartErrors() { }

  /** A server that is starting, stopping, full, failing over or missing; not one that has understood and refuses. */
  static boolean passes(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    if (isSecurity(failure) || FINAL_WORDS.matcher(String.valueOf(failure.getMessage())).find()) {
      return false;
    }
    return state.isEmpty() || state.startsWith("08") || state.startsWith("53") || state.startsWith("57P")
        || state.equals("25006") || state.startsWith("58");
  }

  /** One line: the server's own message, or why there is none. */
  static String words(SQLException failure) {
    Throwable cause = failure;
    // The driver's own message says no more than that it failed.
    while (failure instanceof PSQLException postgres && postgres.getServerErrorMessage() == null
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    String said = cause == failure || cause instanceof java.net.SocketException ? message
        : cause.getClass().getSimpleName() + ": " + message;
    return said.replaceAll("\\p{Cntrl}+", " ")
        + (failure.getSQLState() == null || cause != failure ? "" : " (" + failure.getSQLState() + ")");
  }

  /** The server has not answered at all. */
  static boolean isUnreachable(SQLException failure) {
    return failure.getSQLState() == null || failure.getSQLState().startsWith("08");
  }

  /** A certificate, the server's or ours, that is not trusted. */
  private static boolean isSecurity(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof GeneralSecurityException || cause instanceof IllegalArgumentException) {
        return true;
      }
    }
    return false;
  }
}
