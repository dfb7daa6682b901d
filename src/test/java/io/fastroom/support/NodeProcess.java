package io.fastroom.support;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real node of the product in a process of its own, with its log in a file. */
public final class NodeProcess implements AutoCloseable {
  public static final String SECRET = "a-secret-of-the-tests-that-is-long-enough-for-hs256";

  private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(2)).build();
  private static final Pattern ALARM = Pattern.compile(
      "(?m)^.*(Exception\\b|BlockedThreadChecker|has been blocked for|Unhandled|OutOfMemory|AssertionError).*$");

  private final Map<String, String> environment = new HashMap<>();
  private final int port = Ports.free();
  private final int managementPort = Ports.free();
  private final Path directory;
  private final Path log;
  private List<String> prefix = List.of();
  private String classPath = productClassPath();
  private String program = "io.fastroom.FastRoom";
  private List<String> options = List.of();
  private Process process;
  private boolean frozen;
  private boolean lists;

  public NodeProcess(Postgres postgres, RedisProcess redis, Map<String, String> settings) {
    this(postgres.url(), redis.url(), named(postgres, redis, settings));
  }

  /** Whoever has a database of their own on the Redis of all has names of their own too. */
  private static Map<String, String> named(Postgres postgres, RedisProcess redis, Map<String, String> settings) {
    if (redis != Backends.redis() || postgres == Backends.postgres()) {
      return settings;
    }
    Map<String, String> named = new HashMap<>(Map.of("REDIS_NAMESPACE", "database-" + postgres.port()));
    named.putAll(settings);
    return named;
  }

  public NodeProcess(String databaseUrl, String redisUrl, Map<String, String> settings) {
    environment.putAll(Map.of("HOST", "127.0.0.1", "PORT", "" + port, "MANAGEMENT_PORT", "" + managementPort,
        "DATABASE_URL", databaseUrl, "REDIS_URL", redisUrl, "FASTROOM_SECRET", SECRET, "DEBUG", "false",
        "AUTH_RATE_PER_MINUTE", "0", "DATABASE_POOL_SIZE", "6", "SERVER_ID", Names.unique("node").replace('.', '-')));
    // Tests write and call as fast as they can; what is refused then has stories of its own.
    environment.putAll(Map.of("REST_WRITE_RATE", "0", "REST_CONCURRENCY", "0", "WEBHOOK_ALLOW", "127.0.0.1"));
    environment.putAll(settings);
    directory = Folders.kept(serverId() + "-" + port);
    log = directory.resolve("node.log");
    try {
      Files.write(log, new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As it is shipped, by conf/jvm.options and with all compilers, and with these options, in a session of its own. */
  public NodeProcess asShipped(String... more) {
    prefix = Session.own();
    return java(Stream.concat(Stream.of("-XX:-UseSerialGC", "-XX:TieredStopAtLevel=4",
        "@" + Path.of("conf", "jvm.options").toAbsolutePath()), Stream.of(more)).toArray(String[]::new));
  }

  /** Gives it so many descriptors and no more. */
  public NodeProcess limited(int descriptors) {
    prefix = List.of("sh", "-c", "ulimit -n " + descriptors + "; exec \"$0\" \"$@\"");
    return this;
  }

  /** What a node is started from. */
  public static String productClassPath() {
    return ClassArchive.CLASS_PATH;
  }

  /** Makes it a node of another version. */
  public NodeProcess of(String otherClassPath, String otherProgram) {
    classPath = otherClassPath;
    program = otherProgram;
    return this;
  }

  /** Gives its JVM these options beside those that all have, which they outdo. */
  public NodeProcess java(String... given) {
    options = List.of(given);
    return this;
  }

  /** Starts it and waits until it serves. */
  public NodeProcess start() {
    launch();
    awaitServing(Duration.ofSeconds(60));
    return this;
  }

  /** Starts them side by side and waits until all serve. */
  public static void start(NodeProcess... nodes) {
    Stream.of(nodes).forEach(NodeProcess::launch);
    Stream.of(nodes).forEach(node -> node.awaitServing(Duration.ofSeconds(60)));
  }

  /** Starts it without waiting. */
  public void launch() {
    if (Boolean.getBoolean("fastroom.tests.quick")) {
      throw new AssertionError("scripts/test --quick starts no node: the class wants @Tag(\"slow\")");
    }
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(JAVA, "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError",
        "-Dvertx.disableDnsResolver=true", "-Dfastroom.blocked.millis=200"));
    List<String> shared = classPath.equals(productClassPath()) ? ClassArchive.options() : List.of();
    lists = ClassArchive.isList(shared);
    command.addAll(shared);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, program));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("WS_") || name.startsWith("FASTROOM"));
    builder.environment().putAll(environment);
    builder.directory(directory.toFile()).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  public void awaitServing(Duration limit) {
    try {
      Until.holds("a node serves on " + port, limit, () -> {
        if (!process.isAlive()) {
          throw new AssertionError("the node ended with " + process.exitValue());
        }
        return get("http://127.0.0.1:" + port + "/health") == 200;
      });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; its log ends with\n" + tail(log()), e.getCause());
    }
    if (lists) {
      lists = false;
      ClassArchive.make(JAVA);
    }
  }

  private static int get(String url) throws IOException, InterruptedException {
    return HTTP.send(HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(4)).build(),
        BodyHandlers.discarding()).statusCode();
  }

  /** The status of readiness; 0 when nothing answers. */
  public int readiness() {
    try {
      return get("http://127.0.0.1:" + managementPort + "/health/ready");
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The sum of a metric over all its labels; 0 when there is none of that name. */
  public double metric(String name) {
    String all = new Rest("http://127.0.0.1:" + managementPort, null).get("/metrics").expect(200).text();
    return all.lines().filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
  }

  public void kill9() {
    Signals.kill(process.toHandle());
    process.onExit().join();
  }

  /** Sends SIGTERM and does not wait. */
  public void sigterm() {
    Signals.send(process.pid(), "TERM");
  }

  /** Sends SIGTERM and answers the exit code. A JVM that ended by its own hook after SIGTERM says 0 only if told to. */
  public int term(Duration limit) {
    sigterm();
    return awaitExit(limit);
  }

  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the node has not ended within " + limit + "\n" + tail(log()));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public void freeze() {
    frozen = true;
    Signals.stop(process.toHandle());
  }

  public void thaw() {
    frozen = false;
    Signals.cont(process.toHandle());
  }

  /** What nobody holds is gone after it. */
  public void collectGarbage() {
    try {
      Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
          "" + process.pid(), "GC.run").redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.resolveSibling("jcmd.log").toFile())).start();
      if (jcmd.waitFor() != 0) {
        throw new AssertionError("jcmd ended with " + jcmd.exitValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public boolean running() {
    return process != null && process.isAlive() && !frozen;
  }

  public int port() {
    return port;
  }

  public int managementPort() {
    return managementPort;
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  public String serverId() {
    return environment.get("SERVER_ID");
  }

  public long pid() {
    return process.pid();
  }

  public String log() {
    return logFrom(0);
  }

  /** What was logged after the first {@code offset} bytes. */
  public String logFrom(long offset) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.max(0, file.length() - offset)];
      file.seek(offset);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long logLength() {
    return log.toFile().length();
  }

  /** Fails when the log after {@code offset} holds an exception or a blocked event loop. */
  public void assertCleanLog(long offset) {
    List<String> alarms = ALARM.matcher(logFrom(offset)).results().map(r -> r.group()).limit(10).toList();
    if (!alarms.isEmpty()) {
      throw new AssertionError("the log of " + serverId() + " holds\n" + String.join("\n", alarms));
    }
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 4_000));
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      kill9();
    }
  }
}
