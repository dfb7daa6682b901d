package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** README's table of packages is the list of allowed arrows. */
final class ArchitectureTest {
  private static final String ROOT = "io.fastroom";
  /** The row of a package: its name, what it is for, what it may use. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| [^|]+ \\| ([^|]*) \\|$");
  private static final Pattern LIBRARY_INTERNALS = Pattern.compile("io\\.vertx\\.(\\w+\\.)*(impl|internal)(\\..*)?");
  private static final int MAX_LINES = 300;

  private static final JavaClasses CLASSES = new ClassFileImporter().importPath(Path.of("target/classes"));

  @Test
  void nothing_uses_what_readme_does_not_allow() throws IOException {
    Map<String, Set<String>> used = new LinkedHashMap<>();
    allowed().keySet().forEach(name -> used.put(name, new TreeSet<>()));
    for (JavaClass from : CLASSES) {
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        String to = packageOf(dependency.getTargetClass());
        if (to != null && !to.equals(packageOf(from)) && !packageOf(from).equals(ROOT)) {
          used.get(packageOf(from)).add(to);
        }
      }
    }
    // Equal, so that an arrow nobody needs any more goes from the list.
    assertThat(used).isEqualTo(allowed());
  }

  @Test
  void no_arrow_runs_back_up() throws IOException {
    List<String> above = new ArrayList<>();
    allowed().forEach((name, uses) -> {
      above.add(name);
      assertThat(uses).as("%s uses what stands below it", name).doesNotContainAnyElementsOf(above);
    });
  }

  @Test
  void what_libraries_do_not_promise_stands_behind_the_fence() {
    List<String> outside = CLASSES.stream()
        .filter(from -> !from.getPackageName().equals(ROOT + ".internals"))
        .flatMap(from -> from.getDirectDependenciesFromSelf().stream())
        .filter(dependency -> LIBRARY_INTERNALS.matcher(dependency.getTargetClass().getPackageName()).matches())
        .map(Dependency::getDescription).distinct().toList();
    assertThat(outside).isEmpty();
  }

  @Test
  void every_package_says_what_lives_in_it_and_no_file_is_long() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file.resolveSibling("package-info.java")).exists();
        assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(MAX_LINES);
      }
    }
  }

  /** The package right below the root that a class belongs to; the root's own name for its classes; null for libraries. */
  private static String packageOf(JavaClass of) {
    String name = of.getBaseComponentType().getPackageName();
    if (name.equals(ROOT)) {
      return ROOT;
    }
    return name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1).split("\\.")[0] : null;
  }

  /** By package, from the top down, what it may use. */
  private static Map<String, Set<String>> allowed() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int from = readme.indexOf("## Architecture");
    String section = readme.substring(from, readme.indexOf("\n## ", from));
    Map<String, Set<String>> allowed = new LinkedHashMap<>();
    Matcher rows = ROW.matcher(section);
    while (rows.find()) {
      Set<String> uses = new TreeSet<>();
      Stream.of(rows.group(2).split("[,\\s`]+")).filter(name -> !name.isEmpty()).forEach(uses::add);
      allowed.put(rows.group(1), uses);
    }
    assertThat(allowed).isNotEmpty();
    return allowed;
  }
}
