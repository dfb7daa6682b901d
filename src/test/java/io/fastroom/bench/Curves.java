package io.fastroom.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Latencies by percentile as SVG: nines to the right, milliseconds upwards, both logarithmic. */
final class Curves {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 300;
  private static final int LEFT = 60;
  private static final int BOTTOM = 30;
  private static final int LEGEND = 20;
  /** Nines: 5 is 99.999 %. */
  private static final double MOST = 5;
  private static final List<String> COLOURS = List.of("#1667b7", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#555555");

  private final double lowest;
  private final double highest;
  private final StringBuilder svg = new StringBuilder();

  private Curves(Map<String, Histogram> curves) {
    lowest = Math.floor(Math.log10(Math.max(1, curves.values().stream()
        .mapToDouble(h -> h.getValueAtPercentile(10)).min().orElse(1))));
    highest = Math.ceil(Math.log10(1 + curves.values().stream().mapToDouble(Histogram::getMaxValue).max().orElse(10)));
  }

  static String svg(Map<String, Histogram> curves) {
    return new Curves(curves).draw(curves);
  }

  private String draw(Map<String, Histogram> curves) {
    int height = HEIGHT + BOTTOM + LEGEND * curves.size();
    svg.append("<svg viewBox=\"0 0 %d %d\" role=\"img\">\n".formatted(WIDTH + LEFT, height));
    for (double power = lowest; power <= highest; power++) {
      double ms = Math.pow(10, power - 3);
      line(LEFT, y(power), LEFT + WIDTH, y(power));
      text(LEFT - 6, y(power) + 4, "end", (ms < 1 ? "" + ms : "" + (long) ms) + " ms");
    }
    for (int nines = 0; nines <= MOST; nines++) {
      line(x(nines), 0, x(nines), HEIGHT);
      text(x(nines), HEIGHT + 16, "middle", nines == 0 ? "0 %" : nines == 1 ? "90 %" : "99" + (nines == 2 ? ""
          : "." + "9".repeat(nines - 2)) + " %");
    }
    int i = 0;
    for (Map.Entry<String, Histogram> curve : curves.entrySet()) {
      curve(curve.getValue(), COLOURS.get(i % COLOURS.size()));
      double y = HEIGHT + BOTTOM + LEGEND * i + 10;
      svg.append("<rect x=\"%d\" y=\"%.0f\" width=\"14\" height=\"4\" fill=\"%s\"/>\n"
          .formatted(LEFT, y - 6, COLOURS.get(i++ % COLOURS.size())));
      text(LEFT + 20, y, "start", curve.getKey());
    }
    return svg.append("</svg>\n").toString();
  }

  private void curve(Histogram micros, String colour) {
    svg.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"").append(colour).append("\" points=\"");
    for (HistogramIterationValue point : micros.percentiles(5)) {
      double outside = 1 - point.getPercentileLevelIteratedTo() / 100;
      double nines = outside <= 0 ? MOST : Math.min(MOST, -Math.log10(outside));
      double power = Math.log10(Math.max(1, point.getValueIteratedTo()));
      svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(nines), y(power)));
      if (nines >= MOST) {
        break;
      }
    }
    svg.append("\"/>\n");
  }

  private static double x(double nines) {
    return LEFT + WIDTH * nines / (MOST + 0.3);
  }

  private double y(double power) {
    return 8 + (HEIGHT - 8) * (highest - power) / Math.max(1, highest - lowest);
  }

  private void line(double x1, double y1, double x2, double y2) {
    svg.append(String.format(Locale.ROOT,
        "<line x1=\"%.0f\" y1=\"%.0f\" x2=\"%.0f\" y2=\"%.0f\" stroke=\"#ddd\"/>%n", x1, y1, x2, y2));
  }

  private void text(double x, double y, String anchor, String text) {
    svg.append(String.format(Locale.ROOT, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor,
        Html.escape(text)));
  }
}
