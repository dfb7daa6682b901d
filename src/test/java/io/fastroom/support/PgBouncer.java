package io.fastroom.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.opentest4j.TestAbortedException;

/**
 * The machine's own PgBouncer, or the one that {@code TEST_PGBOUNCER} in the environment names, before a PostgreSQL,
 * configured as contract and manual have it. Where none is installed, a test that asks for one is aborted and says so.
 */
public final class PgBouncer implements AutoCloseable {
  private static final Path PROGRAM = Path.of(System.getenv().getOrDefault("TEST_PGBOUNCER", "/usr/sbin/pgbouncer"));

  /** What a connection of a client is bound to one of the server for. */
  public enum Mode { SESSION, TRANSACTION }

  private final Path folder = Folders.temporary("fastroom-pgbouncer");
  private final int port = Ports.free();
  private Process process;

  /**
   * @param targetPort of the PostgreSQL, or of what is before it
   * @param ignored startup parameters it does not pass on and does not mind
   */
  public PgBouncer(Mode mode, int targetPort, String ignored) {
    this(mode, targetPort, ignored, "default_pool_size = 40");
  }

  /** @param lines of its ini, beside what it cannot do without */
  public PgBouncer(Mode mode, int targetPort, String ignored, String... lines) {
    if (!Files.isExecutable(PROGRAM)) {
      System.err.println("SKIPPED: no pgbouncer is installed");
      throw new TestAbortedException("no pgbouncer is installed");
    }
    try {
      Files.writeString(folder.resolve("users"), "\"postgres\" \"postgres\"\n");
      Files.writeString(folder.resolve("pgbouncer.ini"), String.join("\n", "[databases]",
          "* = host=127.0.0.1 port=" + targetPort, "[pgbouncer]", "listen_addr = 127.0.0.1", "listen_port = " + port,
          "unix_socket_dir =", "auth_type = trust", "auth_file = " + folder.resolve("users"),
          "pool_mode = " + mode.name().toLowerCase(Locale.ROOT), "max_client_conn = 400",
          "ignore_startup_parameters = " + ignored, "server_login_retry = 1", "server_connect_timeout = 3",
          String.join("\n", lines), ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  public void start() {
    List<String> command = new ArrayList<>(Unprivileged.prefix());
    command.addAll(List.of(PROGRAM.toString(), folder.resolve("pgbouncer.ini").toString()));
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile())).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Until.holds("PgBouncer answers on " + port + ", see " + folder.resolve("log"), () -> {
      DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "postgres").close();
      return true;
    });
  }

  public void kill9() {
    Signals.kill(process.toHandle());
    process.onExit().join();
  }

  public void restart() {
    kill9();
    start();
  }

  public void freeze() {
    Signals.stop(process.toHandle());
  }

  public void thaw() {
    Signals.cont(process.toHandle());
  }

  public int port() {
    return port;
  }

  public String url() {
    return PostgresServer.url(port);
  }

  public String url(String database) {
    return url().replaceFirst("/postgres$", "/" + database);
  }

  @Override
  public void close() {
    kill9();
    Folders.delete(folder);
  }
}
