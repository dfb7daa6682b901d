package io.fastroom.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The report as one file that needs nothing else. */
final class Html {
  private Html() { }

  static String page(String machine, CharSequence body) {
    return """
        <!doctype html>
        <meta charset="utf-8">
        <title>FastRoom, measured</title>
        <style>
          body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222 }
          table { border-collapse: collapse; margin: 1em 0 }
          td, th { padding: .15em .8em; text-align: right; border-bottom: 1px solid #ddd }
          td:first-child, th:first-child { text-align: left }
          svg { width: 100%%; height: auto } svg text { font-size: 12px; fill: #555 }
        </style>
        <h1>FastRoom, measured</h1>
        <p>%s</p>
        <p>Latency counts from the moment a message was due, so a generator that had to wait does not hide it.</p>
        %s""".formatted(escape(machine), body);
  }

  static String section(List<Result> results, List<List<String>> rows) {
    StringBuilder html = new StringBuilder("<h2>").append(escape(results.get(0).scenario())).append("</h2>\n<table>\n");
    for (List<String> row : rows) {
      String cell = row == rows.get(0) ? "th" : "td";
      html.append("<tr>");
      row.forEach(text -> html.append("<" + cell + ">").append(escape(text)).append("</" + cell + ">"));
      html.append("</tr>\n");
    }
    html.append("</table>\n");
    Map<String, Histogram> curves = new LinkedHashMap<>();
    results.forEach(result -> curves.putAll(result.curves()));
    return curves.isEmpty() ? html.toString() : html.append(Curves.svg(curves)).toString();
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
