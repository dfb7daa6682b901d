package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts say before they do anything, called from another folder. */
final class ScriptsTest {
  @TempDir Path folder;

  private int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(said()).start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private File said() {
    return folder.resolve("said").toFile();
  }

  @Test
  void each_script_says_what_it_is_for() throws Exception {
    try (Stream<Path> all = Files.list(Path.of("scripts"))) {
      for (Path script : all.filter(Files::isExecutable).toList()) {
        for (String word : List.of("--help", "-h")) {
          assertThat(run(script.toAbsolutePath().toString(), word)).as(script + " " + word).isZero();
          String help = Files.readString(said().toPath());
          assertThat(Files.readString(script).replace("\n# ", "\n").replace("\n#  ", "\n ")).contains(help.strip());
          assertThat(help.strip()).isNotEmpty().doesNotContain("shellcheck", "source ");
        }
      }
    }
  }

  @Test
  void torture_says_how_it_is_called() throws Exception {
    String torture = Path.of("scripts/torture").toAbsolutePath().toString();
    for (String[] wrong : List.of(new String[] {torture}, new String[] {torture, "ten"},
        new String[] {torture, "1", "seed"}, new String[] {torture, "1", "1", "kill-everybody"})) {
      assertThat(run(wrong)).as(String.join(" ", wrong)).isOne();
      assertThat(Files.readAllLines(said().toPath())).singleElement().asString().startsWith("torture: ");
    }
  }
}
