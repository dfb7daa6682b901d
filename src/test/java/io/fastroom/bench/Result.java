package io.fastroom.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one scenario found out.
 *
 * @param figures by their name with the unit, in the order they are shown
 * @param curves latencies in microseconds, by what they are of
 */
record Result(String scenario, String title, Map<String, Object> figures, Map<String, Histogram> curves) {
  Result(String scenario, String title) {
    this(scenario, title, new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  Result put(String name, Object value) {
    figures.put(name, value);
    return this;
  }

  /** The percentiles of a histogram, in milliseconds, and its curve. */
  Result latency(String of, Histogram micros) {
    put("p50 ms", micros.getValueAtPercentile(50) / 1e3);
    put("p99 ms", micros.getValueAtPercentile(99) / 1e3);
    put("p99.9 ms", micros.getValueAtPercentile(99.9) / 1e3);
    return curve(of, micros);
  }

  Result curve(String of, Histogram micros) {
    if (micros.getTotalCount() > 0) {
      curves.put(of, micros);
    }
    return this;
  }
}
