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
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.embedded.core.ExecutableProvider;

/** A real Redis server on a free port, which can be stopped, frozen and started again. */
public final class TestRedis implements AutoCloseable {
  private static final File EXECUTABLE = executable();

  private final Vertx vertx;
  private final int port;
  private final List<String> options;
  private final Path directory;
  private Process process;

  public TestRedis(Vertx vertx, String... options) {
    this.vertx = vertx;
    this.port = freePort();
    this.options = List.of(options);
    try {
      this.directory = Files.createTempDirectory("redis");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
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
    List<String> command = new ArrayList<>(List.of(EXECUTABLE.getPath(), "--port", "" + port, "--bind", "127.0.0.1",
        "--save", "", "--dir", directory.toString()));
    command.addAll(options);
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true)
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
          throw new IllegalStateException(notYet);
        }
        TestNode.pause(20);
      }
    }
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
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
    try {
      new ProcessBuilder("kill", name, "" + process.pid()).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
