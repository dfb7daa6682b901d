package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.NodeJs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests of the JavaScript client, which are JavaScript themselves, under Node's own test runner. */
class ClientModuleTest {
  @Test
  void the_tests_of_fastroom_js_pass() throws IOException {
    assumeTrue(NodeJs.hasNode(), "FASTROOM.JS IS NOT TESTED: node is missing, in Debian: apt-get install nodejs");
    List<String> command = new ArrayList<>(List.of("node", "--test", "--test-reporter=tap"));
    try (Stream<Path> files = Files.list(Path.of("src/test/js"))) {
      files.map(Path::toString).filter(file -> file.endsWith(".test.js")).sorted().forEach(command::add);
    }
    NodeJs.Run run = NodeJs.run(Path.of("."), command);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.output()).containsPattern("# pass [1-9]").contains("# fail 0");
  }
}
