package io.fastroom.bench;

import io.fastroom.bench.load.Crowd;
import io.fastroom.bench.load.Generator;
import io.fastroom.support.NodeJs;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What scenarios work with. Whatever one of them opened is closed after it. */
final class Lab implements AutoCloseable {
  static final Duration JOIN = Duration.ofSeconds(60);
  /** Connections of a node to PostgreSQL, and of pgbench beside it. */
  static final int DATABASE_CONNECTIONS = 12;

  /** The class path of a node: as scripts/run has it, without the script what the tests compiled. */
  private static final String NODE = System.getProperty("bench.node.classpath", "target/classes:target/lib/*");
  private static final Path SOCKET_IO = Path.of("src", "test", "js", "socketio");

  private final Path folder;
  private final Scale scale;
  private final Backends backends;
  private final Vertx vertx = Vertx.vertx();
  private final People people;
  private final Generator generator = new Generator();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private int nodes;

  Lab(Path folder, Scale scale) throws Exception {
    this.folder = folder;
    this.scale = scale;
    backends = new Backends(folder.resolve("data"));
    people = new People(backends, vertx);
    Cores.pinLoad(Generator.THREAD);
  }

  Scale scale() {
    return scale;
  }

  Backends backends() {
    return backends;
  }

  Generator generator() {
    return generator;
  }

  Vertx vertx() {
    return vertx;
  }

  People people() {
    return people;
  }

  /** Starts a node on half of the cores, so that the load has the rest to itself. */
  Node pinnedNode() throws Exception {
    return node(true, shared());
  }

  /** Starts a node that has all cores. */
  Node node() throws Exception {
    return node(false, shared());
  }

  /** The same as a pinned one, but that it sends traces. */
  Node tracingNode(String endpoint) throws Exception {
    Map<String, String> settings = new HashMap<>(shared());
    settings.put("OTLP_ENDPOINT", endpoint);
    return node(true, settings);
  }

  private Map<String, String> shared() {
    return Map.of("DATABASE_URL", backends.databaseUrl(), "REDIS_URL", backends.redisUrl());
  }

  /** Starts a node that is told on a port which clients it shall have within its process. */
  Node localNode(int port, int heapMib) throws Exception {
    Map<String, String> settings = free(shared());
    settings.put("LOG_LEVEL", "WARN");
    return java(false, System.getProperty("java.class.path"), List.of("-Xmx" + heapMib + "m", "-Dfastroom.bench.local=true",
        "-Dfastroom.log.level=WARN", "io.fastroom.bench.local.LocalNode", "" + port),
        settings);
  }

  /** @param servers which PostgreSQL and Redis, and what else is set; without them it has embedded ones of its own */
  Node node(boolean pinned, Map<String, String> servers) throws Exception {
    return java(pinned, NODE, List.of("io.fastroom.FastRoom"), free(servers));
  }

  /** Whoever measures is held to no rate. */
  private Map<String, String> free(Map<String, String> servers) {
    Map<String, String> settings = new HashMap<>(servers);
    settings.putAll(Map.of("FASTROOM_SECRET", People.SECRET, "DATABASE_POOL_SIZE", "" + DATABASE_CONNECTIONS,
        "WS_CHAT_RATE", "0", "WS_MESSAGE_RATE", "0", "AUTH_RATE_PER_MINUTE", "0", "REST_WRITE_RATE", "0", "REST_CONCURRENCY",
        "0", "DRAIN_SECONDS", "0",
        "DATA_DIR", folder.resolve("node-data").toString()));
    return settings;
  }

  /** Starts another server that answers {@code /health}, with the class path of this process. */
  Node bare(Class<?> main, List<String> arguments) throws Exception {
    List<String> program = new ArrayList<>(List.of(main.getName()));
    program.addAll(arguments);
    return java(true, System.getProperty("java.class.path"), program, Map.of());
  }

  /** Keeps the node's cores from sleeping between messages until the scenario is over. */
  void keepAwake() throws IOException {
    for (Process spin : Cores.keepAwake()) {
      opened(spin::destroyForcibly);
    }
  }

  /** Starts {@code bareroom.c}; nothing without a compiler for it. */
  Optional<Node> bareRoom() throws Exception {
    Path program = folder.resolve("bareroom");
    try {
      int exit = new ProcessBuilder("cc", "-O2", "-o", program.toString(), "src/test/c/bareroom.c").inheritIO().start()
          .waitFor();
      if (exit != 0) {
        throw new IOException("cc ended with " + exit);
      }
    } catch (IOException e) {
      System.out.println("SKIPPED the comparison with bareroom.c: " + e.getMessage() + " (in Debian the package gcc)");
      return Optional.empty();
    }
    return Optional.of(start(true, List.of(program.toString()), Map.of()));
  }

  /** Starts the chat on Socket.IO that is beside the tests, with the packages it needs. */
  Node socketIo() throws Exception {
    Path program = Files.createDirectories(folder.resolve("socketio"));
    for (String file : List.of("package.json", "package-lock.json", "server.js")) {
      Files.copy(SOCKET_IO.resolve(file), program.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    NodeJs.Run install = NodeJs.run(program, List.of("npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit",
        "--no-fund"));
    if (install.exit() != 0) {
      throw new IOException(install.output());
    }
    Map<String, String> settings = new HashMap<>(shared());
    settings.put("DATABASE_POOL_SIZE", "" + DATABASE_CONNECTIONS);
    settings.put("DATABASE_URL", backends.database().toString());
    return start(true, List.of("node", program.resolve("server.js").toString()), settings);
  }

  private Node java(boolean pinned, String classPath, List<String> program, Map<String, String> settings)
      throws Exception {
    String flags = System.getProperty("bench.node.flags", "").trim();
    List<String> java = new ArrayList<>(List.of(System.getProperty("bench.node.java",
        Path.of(System.getProperty("java.home"), "bin", "java").toString())));
    java.addAll(flags.isEmpty() ? List.of() : List.of(flags.split(" +")));
    java.addAll(List.of("-cp", classPath));
    java.addAll(program);
    return start(pinned, java, settings);
  }

  private Node start(boolean pinned, List<String> program, Map<String, String> settings) throws Exception {
    List<String> command = new ArrayList<>(Cores.forNode(pinned));
    command.addAll(program);
    return opened(new Node(command, settings, folder.resolve("node-" + ++nodes + ".log")));
  }

  /** Makes rooms and sockets for them that have not connected yet; each socket has a user of its own. */
  Crowd crowd(List<Node> nodes, String scenario, int rooms, int sockets) throws Exception {
    return crowd(generator, nodes, scenario, rooms, sockets);
  }

  /** The same on a thread of its own, so that what it measures is not late because others of the load are many. */
  Crowd crowdBeside(List<Node> nodes, String scenario, int rooms, int sockets) throws Exception {
    return crowd(opened(new Generator()), nodes, scenario, rooms, sockets);
  }

  private Crowd crowd(Generator generator, List<Node> nodes, String scenario, int rooms, int sockets) throws Exception {
    String prefix = prefix(scenario);
    people.rooms(nodes.get(0), prefix, rooms);
    List<InetSocketAddress> addresses = nodes.stream().map(Node::address).toList();
    return opened(new Crowd(generator, addresses, people.tokens(sockets), prefix, rooms, sockets));
  }

  /** The same of streams of events, but for one socket in each room. */
  Crowd streams(Node node, String scenario, int rooms, int streams) throws Exception {
    String prefix = prefix(scenario);
    List<Long> ids = people.rooms(node, prefix, rooms);
    return opened(Crowd.ofStreams(generator, node.address(), people.tokens(streams), prefix, ids, streams));
  }

  /** Sockets for a server that lets anybody in. */
  Crowd bareCrowd(Node node, String scenario, int rooms, int sockets) {
    return opened(new Crowd(generator, List.of(node.address()), List.of("anybody"), prefix(scenario), rooms, sockets));
  }

  Crowd socketIoCrowd(Node node, String scenario, int sockets) {
    return opened(Crowd.ofSocketIo(generator, node.address(), prefix(scenario), sockets));
  }

  /** What names of new rooms begin with; an old room would have old members and messages. */
  static String prefix(String scenario) {
    return scenario + "-" + Long.toString(System.currentTimeMillis(), 36) + "-";
  }

  <T extends AutoCloseable> T opened(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Closes what the last scenario opened. */
  void tidy() {
    List<String> failures = new ArrayList<>();
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        failures.add(e.toString());
      }
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException(String.join("; ", failures));
    }
  }

  @Override
  public void close() {
    tidy();
    generator.close();
    vertx.close().await();
    backends.close();
  }
}
