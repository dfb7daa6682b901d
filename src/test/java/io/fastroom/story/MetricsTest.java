package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Cluster;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a node counts, beside what the manual says of it. */
class MetricsTest extends Story {
  private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (\\w+) ");
  private static final Pattern HELP = Pattern.compile("(?m)^# HELP (\\w+) \\S");
  /** {@code fastroom_webhooks_lag}, {@code fastroom_jvm_*}. */
  private static final Pattern NAME = Pattern.compile("\\bfastroom_[a-z_]+\\*?");
  /** What stands for a name like the one before it: {@code _failing}, {@code …_limit_bytes}. */
  private static final Pattern ENDING = Pattern.compile("`\u2026?(_[a-z_]+)");

  @Test
  void every_series_has_a_help_and_a_line_in_the_manual() throws IOException {
    Person alice = Person.register(Cluster.one(), "alice");
    RoomRef room = alice.createRoom(Cluster.one());
    inRoom(alice, Cluster.one(), room).chat(room.name(), "hello");

    String metrics = new Rest("http://127.0.0.1:" + Cluster.one().managementPort(), null).get("/metrics").expect(200).text();
    List<String> names = FAMILY.matcher(metrics).results().map(found -> found.group(1)).toList();
    List<String> manual = Files.readAllLines(Path.of("src/docs/operating.md")).stream()
        .filter(line -> line.startsWith("|")).toList();

    assertThat(names).hasSizeGreaterThan(60).contains("fastroom_rooms_live");
    List<String> helped = HELP.matcher(metrics).results().map(found -> found.group(1)).toList();
    assertThat(names).as("without a help").filteredOn(name -> !helped.contains(name)).isEmpty();
    assertThat(names).as("not in the manual")
        .filteredOn(name -> manual.stream().noneMatch(line -> names(line, name))).isEmpty();
  }

  private static boolean names(String line, String name) {
    return NAME.matcher(line).results().map(found -> found.group()).anyMatch(known ->
        known.equals(name) || name.equals(known + "_max")
        || known.endsWith("*") && name.startsWith(known.substring(0, known.length() - 1))
        || ENDING.matcher(line).results().map(found -> found.group(1)).anyMatch(ending -> name.endsWith(ending)
            && (known + "_").startsWith(name.substring(0, name.length() - ending.length() + 1))));
  }
}
