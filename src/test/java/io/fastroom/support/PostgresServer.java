package io.fastroom.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A PostgreSQL run by its own binaries, Debian's where they are installed, that can be killed, frozen, followed by a
 * standby and promoted. Thread: one at a time.
 */
public final class PostgresServer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path folder = Folders.temporary("fastroom-postgres");
  private final Path data = folder.resolve("data");
  private final int port = Ports.free();
  private final Map<String, String> environment;
  private Process process;
  /** Whoever looks after it is let in whatever {@link #hba} says. */
  private String admin = "postgres";

  private PostgresServer(Map<String, String> environment) {
    this.environment = environment;
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** A new and empty one. @param settings such as {@code synchronous_standby_names} */
  public static PostgresServer create(Map<String, String> settings) {
    return create(settings, Map.of());
  }

  /** The same, which lives in that environment. */
  public static PostgresServer create(Map<String, String> settings, Map<String, String> environment) {
    PostgresServer server = new PostgresServer(environment);
    server.run("initdb", "-D", server.data.toString(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
        "-N");
    server.configure(settings);
    server.start();
    return server;
  }

  /**
   * A standby that follows this one by streaming, from what it holds now.
   *
   * @param upstreamPort where it reaches this one, through a {@link Proxy} or not
   * @param name to be named in {@code synchronous_standby_names}
   */
  public PostgresServer standby(String name, int upstreamPort) {
    PostgresServer standby = new PostgresServer(environment);
    try (Connection connection = connect(); Statement statement = connection.createStatement()) {
      boolean before15 = connection.getMetaData().getDatabaseMajorVersion() < 15;
      statement.execute(before15 ? "SELECT pg_start_backup('standby', true, false)"
          : "SELECT pg_backup_start('standby', true)");
      PostgresFiles.copy(data, standby.data);
      try (ResultSet label = statement.executeQuery(before15 ? "SELECT labelfile FROM pg_stop_backup(false, false)"
          : "SELECT labelfile FROM pg_backup_stop(false)")) {
        label.next();
        Files.writeString(standby.data.resolve("backup_label"), label.getString(1));
      }
      Files.createDirectories(standby.data.resolve("pg_wal/archive_status"));
      Files.createDirectories(standby.data.resolve("pg_replslot"));
      Files.createDirectories(standby.data.resolve("pg_stat_tmp"));
      Files.writeString(standby.data.resolve("standby.signal"), "");
      Files.writeString(standby.data.resolve("postgresql.auto.conf"), "");
      standby.configure(Map.of("primary_conninfo", "host=127.0.0.1 port=" + upstreamPort
          + " user=postgres application_name=" + name, "wal_retrieve_retry_interval", "200ms",
          "wal_receiver_timeout", "5s"));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    standby.start();
    return standby;
  }

  /** Adds to its configuration; the last word counts. It is read at a start, and some of it at {@link #reload}. */
  public void configure(Map<String, String> settings) {
    StringBuilder lines = new StringBuilder();
    Map<String, String> all = new java.util.TreeMap<>(Map.of("listen_addresses", "127.0.0.1", "port", "" + port,
        "unix_socket_directories", folder.toString(), "max_connections", "200", "shared_buffers", "64MB", "fsync", "off",
        "wal_keep_size", "512MB", "hot_standby", "on", "max_wal_senders", "8"));
    all.put("wal_sender_timeout", "5s");
    all.putAll(settings);
    all.forEach((name, value) -> lines.append(name).append(" = '").append(value).append("'\n"));
    try {
      Files.writeString(data.resolve("postgresql.conf"), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Who may come in how, instead of everybody; the password of postgres is "pass word/@:%" then. */
  public void hba(String... lines) {
    if (admin.equals("postgres")) {
      execute("ALTER ROLE postgres PASSWORD 'pass word/@:%'", "CREATE ROLE keeper SUPERUSER LOGIN");
      admin = "keeper";
    }
    String before = ask("SELECT pg_conf_load_time()");
    try {
      Files.writeString(data.resolve("pg_hba.conf"), "local all all trust\nhost replication all all trust\n"
          + "host all keeper 127.0.0.1/32 trust\n" + String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    reload();
    Until.holds("it has read pg_hba.conf", () -> !ask("SELECT pg_conf_load_time()").equals(before));
  }

  /** A database of its own. @param options of CREATE DATABASE, from template0 */
  public String database(String name, String options) {
    execute("CREATE DATABASE " + name + " TEMPLATE template0 " + options);
    return url(name);
  }

  public String url(String database) {
    return url().replaceFirst("/postgres$", "/" + database);
  }

  /** The same with the password that {@link #hba} gives, percent-encoded. @param hosts with their ports */
  public static String url(String hosts, String database) {
    return "postgresql://postgres:pass%20word%2F%40%3A%25@" + hosts + "/" + database;
  }

  /** Where a Unix socket may be. */
  public Path folder() {
    return folder;
  }

  public void reload() {
    Signals.send(process.pid(), "HUP");
  }

  /** Without waiting until it lets anybody in. */
  public void launch() {
    process = spawn("postgres", "-D", data.toString());
  }

  public void start() {
    launch();
    Until.holds("PostgreSQL answers on " + port, LIMIT, () -> {
      if (!process.isAlive()) {
        throw new AssertionError("it ended with " + process.exitValue() + ", see " + folder.resolve("log"));
      }
      try (Connection connection = connect()) {
        return connection.isValid(2);
      }
    });
  }

  /** Every connection breaks, new ones are refused, the data stays. */
  public void stop() {
    if (process != null && process.isAlive()) {
      Signals.send(process.pid(), "INT");
      process.onExit().orTimeout(LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS).join();
    }
  }

  public void kill9() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    Signals.kill(process.toHandle());
    process.onExit().join();
    Until.holds("its children end", LIMIT, () -> all.stream().noneMatch(ProcessHandle::isAlive));
  }

  /** Connections stay open and nothing answers. */
  public void freeze() {
    Signals.stop(process.toHandle());
  }

  public void thaw() {
    Signals.cont(process.toHandle());
  }

  /** A standby serves on its own from now on. */
  public void promote() {
    execute("SELECT pg_promote(true, 60)");
  }

  /** Waits until a standby of that name has everything. */
  public void awaitStandby(String name) {
    Until.holds("the standby has all", LIMIT, () -> "1".equals(ask(
        "SELECT count(*) FROM pg_stat_replication WHERE application_name = '" + name
            + "' AND state = 'streaming' AND replay_lsn = pg_current_wal_lsn()")));
  }

  public void execute(String... statements) {
    try (Connection connection = connect(); Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** In another database of it. */
  public void executeIn(String database, String... statements) {
    try (Connection connection = connect(database); Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first column of the first row. */
  public String ask(String sql) {
    return askIn("postgres", sql);
  }

  public String askIn(String database, String sql) {
    try (Connection connection = connect(database); Statement statement = connection.createStatement();
         ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public int port() {
    return port;
  }

  public String url() {
    return url(port);
  }

  /** As a node is told where it reaches it through something else. */
  public static String url(int port) {
    return "postgresql://postgres:postgres@127.0.0.1:" + port + "/postgres";
  }

  public Connection connect() throws SQLException {
    return connect("postgres");
  }

  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database
        + "?connectTimeout=5&socketTimeout=30", admin, "postgres");
  }

  private void run(String program, String... arguments) {
    try {
      int exit = spawn(program, arguments).waitFor();
      if (exit != 0) {
        throw new AssertionError(program + " ended with " + exit + ": " + Files.readString(folder.resolve("log")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Process spawn(String program, String... arguments) {
    List<String> command = new ArrayList<>(Unprivileged.prefix());
    command.add(PostgresFiles.binaries().resolve(program).toString());
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
      builder.environment().putAll(environment);
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      kill9();
    }
    Folders.delete(folder);
  }
}
