package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts say before they do anything, called from another folder. */
final class ScriptsTest {
  @TempDir Path folder;

  private int run(String... command) throws Exception {
    return run(Map.of(), command);
  }

  private int run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(said());
    builder.environment().remove("JAVA_HOME");
    builder.environment().putAll(environment);
    Process process = builder.start();
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

  /** What is asked of one shows that its program runs. */
  @Test
  void they_run_wherever_they_are_called_from() throws Exception {
    String admin = built(folder.resolve("a p\u00e4th")).toString();
    for (String locale : List.of("C", "C.UTF-8", "xx_XX.UTF-8")) {
      assertRuns(Map.of("LC_ALL", locale), admin);
    }
    Path link = Files.createSymbolicLink(folder.resolve("fastroom-admin"), Path.of(admin));
    assertRuns(Map.of(), link.toString());
    Files.createDirectories(folder.resolve("elsewhere/a p\u00e4th/scripts"));
    assertRuns(Map.of("CDPATH", folder.resolve("elsewhere").toString()), folder.relativize(Path.of(admin)).toString());
  }

  @Test
  void they_take_the_java_of_java_home_and_say_in_one_line_that_one_is_too_old() throws Exception {
    String admin = built(folder.resolve("project")).toString();
    Path bin = Files.createDirectories(folder.resolve("old/bin"));
    Files.writeString(bin.resolve("java"), "#!/bin/sh\necho this is the old one\nexit 1\n");
    assertThat(bin.resolve("java").toFile().setExecutable(true)).isTrue();
    String path = bin + ":" + System.getenv("PATH");
    assertRuns(Map.of("PATH", path, "JAVA_HOME", System.getProperty("java.home")), admin);
    for (String old : List.of("1.8.0_392", "9", "9.0.4", "11.0.22", "16")) {
      Files.writeString(bin.resolveSibling("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + old + "\"\n");
      for (String program : List.of(admin, Path.of("src/build/fastroom").toAbsolutePath().toString())) {
        assertThat(run(Map.of("PATH", path), program, "list")).as(program).isOne();
        assertThat(Files.readAllLines(said().toPath())).singleElement().asString()
            .contains("Java 17 or newer is needed", bin + "/java is " + old);
      }
    }
  }

  private void assertRuns(Map<String, String> environment, String admin) throws Exception {
    assertThat(run(environment, admin)).as(environment + " " + admin).isEqualTo(2);
    // The shell itself warns of a locale that is not there.
    assertThat(Files.readAllLines(said().toPath())).filteredOn(line -> !line.startsWith("bash: warning: setlocale"))
        .singleElement().asString().startsWith("usage: admin ");
  }

  /** A checkout that has just been built, of the classes that are there. */
  private static Path built(Path project) throws Exception {
    Path scripts = Files.createDirectories(project.resolve("scripts"));
    for (String name : List.of("admin", "common.sh")) {
      Files.copy(Path.of("scripts", name), scripts.resolve(name));
    }
    Files.createDirectories(project.resolve("src/main"));
    Files.writeString(project.resolve("pom.xml"), "");
    Files.createDirectories(project.resolve("target/run"));
    Files.createSymbolicLink(project.resolve("target/lib"), Path.of("target/lib").toAbsolutePath());
    Files.createSymbolicLink(project.resolve("target/run/fastroom.jar"), Path.of("target/classes").toAbsolutePath());
    Files.writeString(project.resolve("target/.built"), "");
    return scripts.resolve("admin");
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
