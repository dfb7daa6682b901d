package io.fastroom.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.embedded.core.ExecutableProvider;

/** A real Redis of the tests' own that can be killed, frozen and brought back on the same port, with its data or empty. */
public final class RedisProcess implements AutoCloseable {
  private static File executable;

  private final Path data = Folders.temporary("fastroom-redis");
  private final int port = Ports.free();
  private Process process;

  public RedisProcess() {
    start(false);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  private static synchronized File executable() throws IOException {
    if (executable == null) {
      executable = ExecutableProvider.newJarResourceProvider().get();
    }
    return executable;
  }

  /** @param keepData false starts it empty */
  public void start(boolean keepData) {
    try {
      if (!keepData) {
        Files.deleteIfExists(data.resolve("appendonly.aof"));
      }
      process = new ProcessBuilder(List.of(executable().getPath(), "--port", "" + port, "--bind", "127.0.0.1",
          "--dir", data.toString(), "--save", "", "--appendonly", "yes", "--appendfsync", "no"))
          .redirectErrorStream(true).redirectOutput(data.resolve("redis.log").toFile()).start();
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
