package io.fastroom.persistence;

import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import liquibase.exception.MigrationFailedException;

/** What PostgreSQL has refused to a change set, in one line. */
final class MigrationFailure extends Exception {
  private static final long serialVersionUID = 1;
  /** As Liquibase names it: file, id and author. */
  private static final Pattern CHANGE_SET = Pattern.compile("changeset (\\S+)::(\\S+)::");

  MigrationFailure(String why) {
    super(why);
  }

  /** Or the failure itself, where it is none of PostgreSQL's. */
  static Exception of(Exception failure) {
    String changeSet = "";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof MigrationFailedException failed) {
        Matcher name = CHANGE_SET.matcher(failed.getMessage());
        changeSet = name.find() ? "change set " + name.group(2) + " of " + name.group(1) + ": " : changeSet;
      }
      if (cause instanceof SQLException refused) {
        return new MigrationFailure(changeSet + StartErrors.words(refused));
      }
    }
    return failure;
  }
}
