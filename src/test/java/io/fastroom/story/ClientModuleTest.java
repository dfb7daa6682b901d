package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests of the JavaScript client, which are JavaScript themselves, under Node's own test runner. */
class ClientModuleTest {
  @Test
  void the_tests_of_fastroom_js_pass() throws IOException, InterruptedException {
    assumeTrue(hasNode(), "FASTROOM.JS IS NOT TESTED: node is missing, in Debian: apt-get install nodejs");
    List<String> command = new ArrayList<>(List.of("node", "--test", "--test-reporter=tap"));
    try (Stream<Path> files = Files.list(Path.of("src/test/js"))) {
      files.map(Path::toString).filter(file -> file.endsWith(".test.js")).sorted().forEach(command::add);
    }
    Process node = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor()).as(output).isZero();
    assertThat(output).containsPattern("# pass [1-9]").contains("# fail 0");
  }

  /** MockTimers knows dates since 20.16 and 22. */
  private static boolean hasNode() throws InterruptedException {
    try {
      Process node = new ProcessBuilder("node", "-p", "+process.versions.node.split('.')[0] >= 20").start();
      return new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip().equals("true")
          && node.waitFor() == 0;
    } catch (IOException absent) {
      return false;
    }
  }
}
