package io.fastroom.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;
import redis.clients.jedis.Jedis;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis of the tests' own that can be killed, frozen and brought back on the same port, with its data or empty.
 * {@code TEST_REDIS_SERVER} in the environment names the program of another version, which then is all of them.
 */
public final class RedisProcess implements AutoCloseable {
  private static File executable;

  /** Of which make. */
  public enum Make {
    /** Redis 6.2, which comes with the tests. */
    EMBEDDED,
    /** What this machine has installed, 7.0 on Debian 12; a test that asks for it is aborted where there is none. */
    INSTALLED
  }

  private final Path data = Folders.temporary("fastroom-redis");
  private final int port = Ports.free();
  private final Make make;
  private final Map<String, String> environment;
  private final List<String> options;
  private Process process;

  public RedisProcess() {
    this(Make.EMBEDDED, Map.of());
  }

  /** @param environment such as {@link ClockShim#environment}; @param options of the command line */
  public RedisProcess(Make make, Map<String, String> environment, String... options) {
    this.make = make;
    this.environment = environment;
    this.options = List.of(options);
    start(false);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  private String executable() throws IOException {
    String other = System.getenv("TEST_REDIS_SERVER");
    return other != null ? other : make == Make.EMBEDDED ? embedded().getPath() : installed();
  }

  private static synchronized File embedded() throws IOException {
    if (executable == null) {
      executable = ExecutableProvider.newJarResourceProvider().get();
    }
    return executable;
  }

  private static String installed() {
    return Stream.of("/usr/bin/redis-server", "/usr/bin/valkey-server", "/usr/local/bin/redis-server")
        .filter(path -> Files.isExecutable(Path.of(path))).findFirst().orElseThrow(() -> {
          System.err.println("SKIPPED: no redis-server is installed");
          return new TestAbortedException("no redis-server is installed");
        });
  }

  /** @param keepData false starts it empty */
  public void start(boolean keepData) {
    try {
      if (!keepData) {
        Files.deleteIfExists(data.resolve("appendonly.aof"));
        // Where version 7 keeps it.
        Folders.delete(data.resolve("appendonlydir"));
      }
      // Without a file a replica waits until the clock has gone on by some seconds, for minutes if it was set back.
      List<String> command = new ArrayList<>(Session.own());
      command.addAll(List.of(executable(), "--port", "" + port, "--bind", "127.0.0.1",
          "--dir", data.toString(), "--save", "", "--appendonly", "yes", "--appendfsync", "no",
          "--repl-diskless-sync", "no"));
      command.addAll(options);
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(data.resolve("redis.log").toFile());
      builder.environment().putAll(environment);
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Until.holds("Redis answers", () -> "PONG".equals(call(Jedis::ping)));
  }

  public void kill9() {
    Signals.kill(process.toHandle());
    process.onExit().join();
  }

  public void restart(boolean keepData) {
    kill9();
    start(keepData);
  }

  public void freeze() {
    Signals.stop(process.toHandle());
  }

  public void thaw() {
    Signals.cont(process.toHandle());
  }

  /** Becomes a replica of that one, behind its old address, as Sentinel does to a master that has come back. */
  public void follow(RedisProcess master) {
    call(jedis -> jedis.slaveof("127.0.0.1", master.port));
  }

  /** Becomes a master. */
  public void promote() {
    call(Jedis::slaveofNoOne);
  }

  /** A replica has all that its master has. */
  public void awaitFollowing() {
    Until.holds("the replica follows", Duration.ofSeconds(60), () -> this.<String>call(jedis -> jedis.info("replication"))
        .contains("master_link_status:up"));
  }

  /** Speaks to it as another program would. */
  public <T> T call(Function<Jedis, T> command) {
    try (Jedis jedis = new Jedis("127.0.0.1", port, 5_000)) {
      return command.apply(jedis);
    }
  }

  public String url() {
    return "redis://127.0.0.1:" + port + "/0";
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    kill9();
    Folders.delete(data);
  }
}
