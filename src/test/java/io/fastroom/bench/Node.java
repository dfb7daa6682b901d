package io.fastroom.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node, or another server that is compared with it, in a process of its own. */
final class Node implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process process;
  private final int port;
  private final int managementPort;
  private final Path log;
  private final Duration started;

  /**
   * Starts it and waits until it serves.
   *
   * @param command that serves {@code /health} on the {@code PORT} of its environment
   */
  Node(List<String> command, Map<String, String> settings, Path log) throws Exception {
    this.log = log;
    port = freePort();
    managementPort = freePort();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(Files.createDirectories(log.getParent()).resolve(log.getFileName()).toFile());
    builder.environment().keySet().removeAll(List.of("DATABASE_URL", "REDIS_URL", "redis_url"));
    builder.environment().putAll(settings);
    builder.environment().putAll(
        Map.of("HOST", "127.0.0.1", "PORT", "" + port, "MANAGEMENT_PORT", "" + managementPort));
    long begin = System.nanoTime();
    process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    awaitServing();
    started = Duration.ofNanos(System.nanoTime() - begin);
  }

  private void awaitServing() throws Exception {
    long end = System.nanoTime() + START.toNanos();
    while (!serves()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        close();
        throw new IllegalStateException("the node does not start, see " + log);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private boolean serves() throws InterruptedException {
    try {
      return HTTP.send(HttpRequest.newBuilder(uri("/health")).timeout(Duration.ofSeconds(5)).build(),
          BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", port);
  }

  /** From the start of the process until it served. */
  Duration started() {
    return started;
  }

  long pid() {
    return process.pid();
  }

  long cpuMicros() {
    return Proc.cpuMicros(pid());
  }

  long rssKib() {
    return Proc.rssKib(pid());
  }

  /** The heap after a full collection. */
  double liveHeapMib() throws IOException, InterruptedException {
    Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), "" + pid(),
        "GC.run").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    if (jcmd.waitFor() != 0) {
      throw new IOException("jcmd ended with " + jcmd.exitValue());
    }
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/metrics")).build();
    return HTTP.send(request, BodyHandlers.ofString()).body().lines()
        .filter(line -> line.contains("jvm_memory_used_bytes{") && line.contains("area=\"heap\""))
        .mapToDouble(line -> Double.parseDouble(line.replaceFirst(".* ", ""))).sum() / (1 << 20);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
