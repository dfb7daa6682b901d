package io.fastroom.redis;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** A real Redis server on a free port, which can be stopped, frozen and started again. */
public final class TestRedis implements AutoCloseable {
  private static final File EXECUTABLE = executable();

  private final Vertx vertx;
  private final int port;
  private final List<String> arguments;
  private final Path directory;
  private final String password;
  private Process process;

  public TestRedis(Vertx vertx, String... options) {
    this(vertx, null, List.of(options));
  }

  /** A sentinel that decides alone, after a second. */
  public static TestRedis sentinel(Vertx vertx, String name, TestRedis master) {
    return new TestRedis(vertx, "sentinel monitor " + name + " 127.0.0.1 " + master.port + " 1\n"
        + "sentinel down-after-milliseconds " + name + " 1000\nsentinel failover-timeout " + name + " 3000\n", List.of());
  }

  /** The same with a password of its own, for a master that has another. */
  public static TestRedis sentinel(Vertx vertx, String name, TestRedis master, String password) {
    return new TestRedis(vertx, "sentinel monitor " + name + " 127.0.0.1 " + master.port + " 1\n"
        + "sentinel auth-pass " + name + " " + master.password + "\n"
        + "sentinel down-after-milliseconds " + name + " 1000\nsentinel failover-timeout " + name + " 3000\n",
        List.of("--requirepass", password));
  }

  private TestRedis(Vertx vertx, String sentinel, List<String> options) {
    this.vertx = vertx;
    this.port = freePort();
    this.password = options.contains("--requirepass") ? options.get(options.indexOf("--requirepass") + 1) : null;
    try {
      this.directory = Files.createTempDirectory("redis");
      arguments = new ArrayList<>(List.of(EXECUTABLE.getPath()));
      if (sentinel != null) {
        Path config = directory.resolve("sentinel.conf");
        Files.writeString(config, sentinel);
        arguments.addAll(List.of(config.toString(), "--sentinel"));
      } else {
        arguments.addAll(List.of("--save", ""));
      }
      arguments.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--dir", directory.toString()));
      arguments.addAll(options);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    start();
  }

  private static File executable() {
    try {
      return ExecutableProvider.newJarResourceProvider().get();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() {
    // A cluster's servers also take the port 10,000 above.
    while (true) {
      try (ServerSocket socket = new ServerSocket(0)) {
        if (socket.getLocalPort() < 50_000) {
          return socket.getLocalPort();
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  public void start() {
    try {
      process = new ProcessBuilder(arguments).redirectErrorStream(true)
          .redirectOutput(directory.resolve("log").toFile()).start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      try {
        command("PING");
        return;
      } catch (Exception notYet) {
        if (System.nanoTime() > until) {
          kill();
          throw new IllegalStateException(notYet);
        }
        TestNode.pause(20);
      }
    }
  }

  public String url() {
    return "redis://" + (password == null ? "" : ":" + password + "@") + "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  public Response command(String name, String... args) {
    Redis client = Redis.createClient(vertx, url());
    Request request = Request.cmd(Command.create(name.toLowerCase()));
    List.of(args).forEach(request::arg);
    try {
      return client.send(request).await(10, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    } finally {
      client.close();
    }
  }

  public void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public void freeze() {
    signal("-STOP");
  }

  public void thaw() {
    signal("-CONT");
  }

  private void signal(String name) {
    if (!process.isAlive()) {
      throw new IllegalStateException("it has ended");
    }
    try {
      new ProcessBuilder("kill", name, "" + process.pid()).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
