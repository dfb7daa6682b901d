package io.fastroom.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis of our own on a free port of the loopback address, with its data on disk. It runs as a daemon, so that Ctrl-C
 * in the terminal stops only us and we stop it last.
 */
final class LocalRedis implements AutoCloseable {
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final int port;
  private final ProcessHandle process;

  private LocalRedis(int port, ProcessHandle process) {
    this.port = port;
    this.process = process;
  }

  static Path pidFile(Path data) {
    return data.resolve("redis/redis.pid");
  }

  static LocalRedis start(Path data, Path binaries) throws IOException {
    Path directory = Files.createDirectories(data.resolve("redis"));
    Files.deleteIfExists(pidFile(data));
    int port = freePort();
    Path configuration = Files.writeString(directory.resolve("redis.conf"), String.format(Locale.ROOT, """
        bind 127.0.0.1
        port %d
        dir "%s"
        daemonize yes
        pidfile "%s"
        logfile "%s"
        appendonly yes
        save ""
        notify-keyspace-events E$
        """, port, directory, pidFile(data), directory.resolve("redis.log")));
    String executable = ExecutableProvider.newJarResourceProvider(binaries.toFile()).get().getAbsolutePath();
    Process starter = new ProcessBuilder(executable, configuration.toString()).redirectErrorStream(true).start();
    String said = new String(starter.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    for (long end = System.nanoTime() + START_NANOS; System.nanoTime() < end; LockSupport.parkNanos(20_000_000)) {
      if (answers(port)) {
        long pid = Long.parseLong(Files.readString(pidFile(data)).strip());
        return new LocalRedis(port, ProcessHandle.of(pid).orElseThrow());
      }
    }
    throw new StartFailure("the embedded Redis does not start, see " + directory.resolve("redis.log") + " "
        + said.strip(), null);
  }

  /** False while it loads its data, too: it refuses PING until then. */
  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      socket.setSoTimeout(500);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String url() {
    return "redis://127.0.0.1:" + port + "/0";
  }

  @Override
  public void close() {
    if (!OrphanedServers.gone(List.of(process), ProcessHandle::destroy)) {
      process.destroyForcibly();
    }
  }
}
