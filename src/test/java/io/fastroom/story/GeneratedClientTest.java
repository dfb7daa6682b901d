package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.NodeJs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A TypeScript client, generated from /openapi.json, that checks every answer against it, and a conversation with it. */
class GeneratedClientTest extends Story {
  private static final Path SOURCES = Path.of("src", "test", "js", "generated");
  private static final Path TARGET = Path.of("target", "generated-client");
  /** What npm says when no registry answers, or not with what was asked for. */
  private static final Pattern AWAY = Pattern.compile(
      "\\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|E[45]\\d\\d)\\b");

  private static NodeJs.Run run(String... command) {
    return NodeJs.run(TARGET, List.of(command));
  }

  private static void succeeds(String... command) {
    NodeJs.Run run = run(command);
    assertThat(run.exit()).as(String.join(" ", command) + "\n" + run.output()).isZero();
  }

  private static void copySources() throws IOException {
    Files.createDirectories(TARGET);
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.toList()) {
        Files.copy(file, TARGET.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static void installGenerator() {
    NodeJs.Run install = run("npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund",
        "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=1000", "--fetch-timeout=30000");
    assumeFalse(install.exit() != 0 && AWAY.matcher(install.output()).find(),
        () -> "GENERATED CLIENTS ARE NOT TESTED: npm gets nothing from a registry\n" + install.output());
    assertThat(install.exit()).as(install.output()).isZero();
  }

  @Test
  void two_people_have_a_conversation_through_a_generated_client() throws IOException {
    assumeTrue(NodeJs.hasNode() && NodeJs.hasNpm(),
        "GENERATED CLIENTS ARE NOT TESTED: node or npm is missing, in Debian: apt-get install nodejs npm");
    copySources();
    installGenerator();
    succeeds("node_modules/.bin/openapi-ts", "--input", one().url() + "/openapi.json", "--no-log-file");
    succeeds("node_modules/.bin/tsc");
    // Node has WebSocket by itself since 22; the flag is for the versions before.
    succeeds("node", "--experimental-websocket", "built/conversation.js", one().url(), two().url());
  }
}
