package io.fastroom.persistence;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import liquibase.exception.MigrationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What PostgreSQL has refused to a change set, in one line. Thread: any. */
final class MigrationFailure extends Exception {
  private static final long serialVersionUID = 1;
  private static final int LOCKED_TRIES = 60;
  private static final long LOCKED_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.persistence");
  private static final String LOCK_TIMEOUT = "55P03";
  /** As Liquibase names it: file, id and author. */
  private static final Pattern CHANGE_SET = Pattern.compile("changeset (\\S+)::(\\S+)::");

  private final boolean locked;

  MigrationFailure(String why) {
    this(why, false);
  }

  private MigrationFailure(String why, boolean locked) {
    super(why);
    this.locked = locked;
  }

  interface Work {
    void run() throws Exception;
  }

  /**
   * Does it again, for a minute, while others hold what it needs for longer than the server lets anybody wait: behind a
   * pooler, what is no transaction has the limits of the role or the database. Blocks its thread.
   */
  static void whileLocked(Work work) throws Exception {
    for (int tries = 1;; tries++) {
      try {
        work.run();
        return;
      } catch (MigrationFailure failure) {
        if (!failure.locked || tries == LOCKED_TRIES) {
          throw failure;
        }
        LOG.info("{}, try again", failure.getMessage());
        LockSupport.parkNanos(LOCKED_PAUSE_NANOS);
      }
    }
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
        return new MigrationFailure(changeSet + StartErrors.words(refused), LOCK_TIMEOUT.equals(refused.getSQLState()));
      }
    }
    return failure;
  }
}
