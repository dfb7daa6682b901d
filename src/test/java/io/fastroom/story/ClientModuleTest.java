package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.NodeJs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tests of the JavaScript client, which are JavaScript themselves, under Node's own test runner. */
class ClientModuleTest {
  private static final Path SOURCES = Path.of("src", "test", "js");
  private static final Path TOOLS = Path.of("target", "client-tools");
  /** What npm says when no registry answers, or not with what was asked for. */
  private static final Pattern AWAY = Pattern.compile(
      "\\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|E[45]\\d\\d)\\b");

  /** The types of REST bodies, made from the document. */
  private static final Path API_TYPES = Path.of("src", "main", "resources", "web", "fastroom", "api.d.ts");

  private static void installTools() throws IOException {
    assumeTrue(NodeJs.hasNode() && NodeJs.hasNpm(),
        "THE TYPES OF FASTROOM.JS ARE NOT TESTED: node or npm is missing, in Debian: apt-get install nodejs npm");
    Files.createDirectories(TOOLS);
    for (String file : List.of("package.json", "package-lock.json")) {
      Files.copy(SOURCES.resolve(file), TOOLS.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    NodeJs.Run install = NodeJs.run(TOOLS, List.of("npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit",
        "--no-fund", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000"));
    assumeFalse(install.exit() != 0 && AWAY.matcher(install.output()).find(),
        () -> "THE TYPES OF FASTROOM.JS ARE NOT TESTED: npm gets nothing from a registry\n" + install.output());
    assertThat(install.exit()).as(install.output()).isZero();
  }

  @Test
  void the_tests_of_fastroom_js_pass() throws IOException {
    assumeTrue(NodeJs.hasNode(), "FASTROOM.JS IS NOT TESTED: node is missing, in Debian: apt-get install nodejs");
    List<String> command = new ArrayList<>(List.of("node", "--test", "--test-reporter=tap"));
    try (Stream<Path> files = Files.list(SOURCES)) {
      files.map(Path::toString).filter(file -> file.endsWith(".test.js")).sorted().forEach(command::add);
    }
    NodeJs.Run run = NodeJs.run(Path.of("."), command);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.output()).containsPattern("# pass [1-9]").contains("# fail 0");
  }

  /** The declared types against the sources, and a program against the declared types, strict and stricter than that. */
  @Test
  @Tag("slow")
  void the_types_are_those_of_the_sources() throws IOException {
    installTools();
    for (String project : List.of("tsconfig.json", "exact.json")) {
      NodeJs.Run check = NodeJs.run(Path.of("."), List.of("node", TOOLS + "/node_modules/typescript/bin/tsc",
          "--pretty", "false", "-p", SOURCES.resolve("types").resolve(project).toString()));
      assertThat(check.exit()).as(check.output()).isZero();
    }
  }

  /** What openapi.yaml says of REST is what the client's types say. */
  @Test
  @Tag("slow")
  void the_types_of_rest_are_those_of_the_document() throws IOException {
    installTools();
    Path made = TOOLS.resolve("api.d.ts");
    NodeJs.Run run = NodeJs.run(Path.of("."), List.of("node", TOOLS + "/node_modules/openapi-typescript/bin/cli.js",
        "src/main/resources/openapi.yaml", "--default-non-nullable", "false", "-o", made.toString()));
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(API_TYPES).as("openapi.yaml has changed: cp %s %s", made, API_TYPES).hasSameTextualContentAs(made);
  }
}
