package io.fastroom.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** A real PostgreSQL of the tests' own that can be stopped, frozen and brought back on the same port with its data. */
public final class Postgres implements AutoCloseable {
  private final Path data = Folders.temporary("fastroom-pg");
  private final int port = Ports.free();
  private final Map<String, String> settings;
  private EmbeddedPostgres server;

  public Postgres() {
    this(Map.of());
  }

  /** @param settings of the server, beside those all tests have */
  public Postgres(Map<String, String> settings) {
    this.settings = settings;
    start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** Brings it back with its data. */
  public synchronized void start() {
    try {
      EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setPort(port).setDataDirectory(data)
          .setCleanDataDirectory(false).setRegisterShutdownHook(false)
          .setServerConfig("max_connections", "200").setServerConfig("fsync", "off")
          .setServerConfig("shared_buffers", "64MB").setPGStartupWait(Duration.ofSeconds(60));
      settings.forEach(builder::setServerConfig);
      server = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every connection breaks, new ones are refused, the data stays. */
  public synchronized void stop() {
    try {
      if (server != null) {
        server.close();
        server = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connections stay open and nothing answers. */
  public void freeze() {
    ProcessHandle.of(postmaster()).ifPresent(Signals::stop);
  }

  public void thaw() {
    ProcessHandle.of(postmaster()).ifPresent(Signals::cont);
  }

  private long postmaster() {
    try {
      return Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the programs of this server lie. */
  Path binaries() {
    return Path.of(ProcessHandle.of(postmaster()).flatMap(process -> process.info().command()).orElseThrow()).getParent();
  }

  public String url() {
    return "postgresql://postgres:postgres@127.0.0.1:" + port + "/postgres";
  }

  public int port() {
    return port;
  }

  /** A plain connection that knows nothing of the product. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "postgres");
  }

  @Override
  public void close() {
    stop();
    Folders.delete(data);
  }
}
