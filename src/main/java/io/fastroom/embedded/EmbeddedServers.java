package io.fastroom.embedded;

import io.fastroom.settings.Settings;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL and Redis for those who have none: whichever of the two has no URL set is started, with its data under
 * {@code DATA_DIR}. Both end with this process, even when it is killed.
 *
 * <p>Thread: blocking, so none of Vert.x's.
 */
public final class EmbeddedServers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.embedded");

  /** initdb asks a shell for the server beside it, in double quotes; Redis reads its folder in such. */
  private static final Pattern UNTAKEN = Pattern.compile("[\"$`\\\\\\p{Cntrl}]");

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Settings settings;

  private EmbeddedServers(Settings settings) throws IOException {
    Path data = settings.node().dataDirectory().toAbsolutePath().normalize();
    if (UNTAKEN.matcher(data.toString()).find()) {
      throw new StartFailure("DATA_DIR=" + settings.node().dataDirectory() + " cannot be used: PostgreSQL cannot be started "
          + "in a folder with one of \" $ ` \\ in its path", null);
    }
    Path binaries = Files.createDirectories(data.resolve("bin"));
    try {
      opened(DataLock.take(data));
      OrphanedServers.end(binaries);
      // Whatever has begun to start when that is given up.
      opened(() -> OrphanedServers.end(binaries));
      opened(new ParentWatchdog(LocalPostgres.pidFile(data), LocalRedis.pidFile(data)));
      String redis = settings.redis().url() != null ? settings.redis().url()
          : opened(LocalRedis.start(data, binaries)).url();
      String database = settings.database().url() != null ? settings.database().url()
          : opened(LocalPostgres.start(data, binaries)).url();
      this.settings = settings.on(database, redis);
    } catch (RuntimeException | IOException e) {
      // Who is interrupted still waits for their end.
      Thread.interrupted();
      close();
      throw e;
    }
  }

  /**
   * Interrupted, it ends what it has started and throws something, or returns with the thread still interrupted.
   *
   * @throws StartFailure with one line that says what is wrong
   */
  public static EmbeddedServers start(Settings settings) {
    try {
      return new EmbeddedServers(settings);
    } catch (AccessDeniedException e) {
      throw new StartFailure(e.getFile() + " belongs to another user; set DATA_DIR to a folder of your own", e);
    } catch (FileSystemException e) {
      String why = e.getReason() == null ? e.toString() : e.getReason();
      throw new StartFailure("DATA_DIR=" + settings.node().dataDirectory() + " cannot be used: " + why, e);
    } catch (IOException e) {
      throw new StartFailure("the embedded servers cannot start: " + e, e);
    } catch (NoClassDefFoundError e) {
      throw new StartFailure("DATABASE_URL and REDIS_URL must be set: this installation has no embedded servers", e);
    }
  }

  /** The address of the embedded PostgreSQL of a node running on the same data; null when there is none. */
  public static String runningDatabase(Settings settings) {
    return LocalPostgres.runningUrl(settings.node().dataDirectory().toAbsolutePath().normalize());
  }

  /** The settings with the addresses of what was started. */
  public Settings settings() {
    return settings;
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        LOG.warn("an embedded server did not stop: {}", e.toString());
      }
    }
  }
}
