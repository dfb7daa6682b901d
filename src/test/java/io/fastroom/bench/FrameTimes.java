package io.fastroom.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * What became of the frames of a page, from a trace of Chromium. A frame is dropped when it came without the page's part
 * of it, or not at all.
 *
 * @param apart time from one frame that was drawn to the next, in microseconds
 * @param work what the page's main thread has worked from one of its frames to the next: processor time, which says the
 *     same on a machine that has much else to do; in microseconds
 * @param longest task of that thread, in microseconds that passed
 */
record FrameTimes(Histogram apart, Histogram work, long drawn, long dropped, long longest) {
  private static final String MAIN_FRAME = "BeginMainThreadFrame";
  static final Set<String> EVENTS = Set.of(MAIN_FRAME, "DrawFrame", "DroppedFrame", "RunTask");


  static FrameTimes of(List<JsonObject> trace) {
    List<JsonObject> events = trace.stream().sorted(Comparator.comparingLong(event -> event.getLong("ts"))).toList();
    Map<String, Integer> mains = new HashMap<>();
    named(events, MAIN_FRAME).forEach(event -> mains.merge(thread(event), 1, Integer::sum));
    String main = mains.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    String process = main.substring(0, main.indexOf('/') + 1);
    List<JsonObject> page = events.stream().filter(event -> thread(event).startsWith(process)).toList();
    List<JsonObject> own = page.stream().filter(event -> thread(event).equals(main)).toList();
    return new FrameTimes(apart(named(page, "DrawFrame").toList()), work(own), named(page, "DrawFrame").count(),
        named(page, "DroppedFrame").count(),
        named(own, "RunTask").mapToLong(task -> task.getLong("dur", 0L)).max().orElse(0));
  }

  private static Stream<JsonObject> named(List<JsonObject> events, String name) {
    return events.stream().filter(event -> event.getString("name").equals(name));
  }

  private static String thread(JsonObject event) {
    return event.getValue("pid") + "/" + event.getValue("tid");
  }

  private static Histogram apart(List<JsonObject> drawn) {
    Histogram apart = new Histogram(3);
    for (int i = 1; i < drawn.size(); i++) {
      apart.recordValue(drawn.get(i).getLong("ts") - drawn.get(i - 1).getLong("ts"));
    }
    return apart;
  }

  private static Histogram work(List<JsonObject> own) {
    Histogram work = new Histogram(3);
    List<Long> frames = new ArrayList<>(named(own, MAIN_FRAME).map(event -> event.getLong("ts")).toList());
    long[] worked = new long[frames.size() + 1];
    int frame = 0;
    for (JsonObject task : named(own, "RunTask").toList()) {
      // The task that makes a frame has begun before it says so.
      long end = task.getLong("ts") + task.getLong("dur", 0L);
      while (frame < frames.size() && frames.get(frame) < end) {
        frame++;
      }
      worked[frame] += task.getLong("tdur", 0L);
    }
    for (int i = 1; i < worked.length; i++) {
      work.recordValue(worked[i]);
    }
    return work;
  }
}
