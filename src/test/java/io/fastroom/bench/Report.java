package io.fastroom.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Prints a table of each scenario at once and writes {@code report.html} and a line of {@code results.jsonl} each. */
final class Report {
  private final PrintStream out = System.out;
  private final Path folder;
  private final StringBuilder body = new StringBuilder();
  private final Instant at = Instant.now();
  private String machine = "";

  Report(Path folder) {
    this.folder = folder;
  }

  void describe(Scale scale, String backends) throws IOException {
    machine = "%s, %s, %d cores, Java %s, %s, node flags: %s%s%s".formatted(at.toString().substring(0, 16),
        processor(), Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"), backends,
        (System.getProperty("bench.node.flags", "") + " " + System.getProperty("bench.node.java", "")).trim(),
        Cores.canPin() ? "" : ", nothing pinned", scale.quick() ? ", QUICK: no figures to go by" : "");
    out.println(machine);
  }

  private static String processor() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
        .map(line -> line.replaceFirst(".*:\\s*", "")).findFirst().orElse("unknown processor");
  }

  void add(List<Result> results) throws IOException {
    List<List<String>> rows = rows(results);
    print(rows);
    body.append(Html.section(results, rows));
    for (Result result : results) {
      JsonObject line = new JsonObject().put("at", at.toString()).put("scenario", result.scenario())
          .put("title", result.title());
      result.figures().forEach((name, value) -> line.put(name, value.equals(Double.NaN) ? null : value));
      Files.writeString(folder.resolve("results.jsonl"), line.encode() + "\n", StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    write("so far");
  }

  void failed(String scenario, Exception cause) throws IOException {
    out.println("\n" + scenario + " FAILED: " + cause);
    cause.printStackTrace(out);
    body.append("<h2>").append(scenario).append(" failed</h2><p>").append(Html.escape(cause.toString()))
        .append("</p>\n");
    write("so far");
  }

  /** One row a figure, one column a result. */
  private static List<List<String>> rows(List<Result> results) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row(results.get(0).scenario(), results, Result::title));
    results.stream().flatMap(result -> result.figures().keySet().stream()).distinct()
        .forEach(name -> rows.add(row(name, results, result -> shown(result.figures(), name))));
    return rows;
  }

  private static List<String> row(String name, List<Result> results, Function<Result, String> cell) {
    List<String> row = new ArrayList<>(List.of(name));
    results.forEach(result -> row.add(cell.apply(result)));
    return row;
  }

  private static String shown(Map<String, Object> figures, String name) {
    Object value = figures.get(name);
    if (value instanceof Double number) {
      String format = number >= 1_000 ? "%,.0f" : number >= 100 ? "%.1f" : "%.2f";
      return number.isNaN() ? "-" : String.format(Locale.ROOT, format, number);
    }
    return value == null ? "" : value.toString();
  }

  private void print(List<List<String>> rows) {
    out.println();
    int first = rows.stream().mapToInt(row -> row.get(0).length()).max().orElse(0);
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(row.get(0)).append(" ".repeat(first - row.get(0).length()));
      for (int i = 1; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
        line.append("  ").append(" ".repeat(width - row.get(i).length())).append(row.get(i));
      }
      out.println(line);
    }
  }

  void close(Duration took) throws IOException {
    write("in " + took.toSeconds() + " s");
    out.println("\n" + folder.resolve("report.html") + ", " + took.toSeconds() + " s");
  }

  private void write(String state) throws IOException {
    Files.writeString(folder.resolve("report.html"), Html.page(machine + ", " + state, body));
  }
}
