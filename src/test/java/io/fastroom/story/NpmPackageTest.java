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

/** The npm package of scripts/dist in a fresh project of somebody else's, strict TypeScript and Vite. */
class NpmPackageTest extends Story {
  private static final Path SOURCES = Path.of("src", "test", "js", "package");
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

  private static void installTools() throws IOException {
    Files.createDirectories(PROJECT);
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.toList()) {
        Files.copy(file, PROJECT.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    NodeJs.Run install = NodeJs.run(PROJECT, List.of("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund",
        "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=1000", "--fetch-timeout=30000"));
    assumeFalse(install.exit() != 0 && AWAY.matcher(install.output()).find(),
        () -> "THE NPM PACKAGE IS NOT TESTED: npm gets nothing from a registry\n" + install.output());
    assertThat(install.exit()).as(install.output()).isZero();
  }

  private static Path archive() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target", "dist"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("fastroom-npm-")).findFirst().orElseThrow()
          .toAbsolutePath();
    }
  }

  @Test
  void holds_a_conversation_from_a_strict_project_and_from_a_bundle() throws IOException {
    assumeTrue(NodeJs.hasNode() && NodeJs.hasNpm(),
        "THE NPM PACKAGE IS NOT TESTED: node or npm is missing, in Debian: apt-get install nodejs npm");
    succeeds(Path.of("."), "scripts/dist", "npm");
    byte[] first = Files.readAllBytes(archive());
    succeeds(Path.of("."), "scripts/dist", "npm");
    assertThat(Files.readAllBytes(archive())).as("packed again").isEqualTo(first);

    installTools();
    succeeds(PROJECT, "npm", "install", "--no-save", "--offline", "--no-audit", "--no-fund", archive().toString());
    succeeds(PROJECT, "node_modules/.bin/tsc");
    // Node has WebSocket by itself since 22; the flag is for the versions before.
    assertThat(succeeds(PROJECT, "node", "--experimental-websocket", "built/conversation.js", one().url(), two().url()))
        .contains(CONVERSED);

    succeeds(PROJECT, "node_modules/.bin/vite", "build", "--outDir", "site");
    assertThat(PROJECT.resolve("site/index.html")).content().contains("/assets/index-");
    succeeds(PROJECT, "node_modules/.bin/vite", "build", "--ssr", "conversation.ts", "--outDir", "bundle");
    assertThat(succeeds(PROJECT, "node", "--experimental-websocket", "bundle/conversation.js", one().url(),
        two().url())).contains(CONVERSED);
  }
}
