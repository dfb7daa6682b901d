package io.fastroom.bench;

import io.fastroom.persistence.Reading;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What people do takes in a database of many years beside one of a few days, in turns; and what those notice who talk while
 * the old is removed. {@code YEARS_MESSAGES} says how many messages; beyond ten million the words are left out, whose index
 * takes the longest.
 */
record Years() implements Scenario {
  private static final long FEW = 100_000;
  private static final long MANY = 5_000_000;
  private static final long SEARCHABLE = 10_000_000;
  private static final int ROUNDS = 28;
  private static final int WARM = 3;
  private static final int TIMES = 9;

  /** What somebody does. */
  private interface Deed {
    void on(YearsSite site) throws Exception;
  }

  /** @param before what is not measured */
  private record Step(String title, Deed before, Deed deed) {
    Step(String title, Deed deed) {
      this(title, site -> { }, deed);
    }
  }

  @Override
  public String name() {
    return "years";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    String wanted = System.getenv().getOrDefault("YEARS_MESSAGES", "" + MANY);
    long messages = lab.scale().quick() ? 200_000 : Long.parseLong(wanted);
    boolean searchable = messages <= SEARCHABLE;
    YearsSite few = lab.opened(new YearsSite(lab, FEW, 2_000, searchable));
    YearsSite many = lab.opened(new YearsSite(lab, messages, lab.scale().of(200_000, 4_000), searchable));
    System.out.printf("%,d messages, copied in %.0f s, indexes built in %.0f s, %d MiB%n", messages, many.load.copySeconds,
        many.load.indexSeconds, many.number("SELECT pg_database_size(current_database()) >> 20"));
    List<Result> results = sideBySide(few, many, searchable);
    results.addAll(List.of(pages(few), pages(many)));
    few.close();
    results.addAll(new YearsRemoval(lab, many).run());
    return results;
  }

  /** What PostgreSQL looks at for it. */
  private Result pages(YearsSite site) throws SQLException {
    Result result = new Result(name(), "pages of 8 KiB, among " + site.messages);
    try (Connection connection = site.connect()) {
      Reading.pages(connection, YearsLoad.TALK, 1, site.anId(), site.lastSeq()).forEach(result::put);
    }
    return result;
  }

  private static List<Step> steps(boolean searchable) {
    List<Step> steps = new ArrayList<>(List.of(
        new Step("join a room that nobody is in", YearsSite::leaveVisited, YearsSite::join),
        new Step("first page of 50", YearsSite::firstPage),
        new Step("a page of 50 anywhere", YearsSite::deepPage),
        new Step("the same in the largest room", YearsSite::hugePage),
        new Step("a message by its id", YearsSite::message),
        new Step("a chat, committed and back", YearsSite::chat),
        new Step("resume a hundred events", YearsSite::leaveTalk, YearsSite::resume)));
    if (searchable) {
      steps.add(new Step("search two common words", site -> site.search("w3+w9")));
      steps.add(new Step("search a word of a thousand", site -> site.search("w900")));
    }
    return steps;
  }

  private List<Result> sideBySide(YearsSite few, YearsSite many, boolean searchable) throws Exception {
    List<Step> steps = steps(searchable);
    List<List<Histogram>> micros = new ArrayList<>();
    steps.forEach(step -> micros.add(List.of(new Histogram(3), new Histogram(3))));
    for (int round = -WARM; round < ROUNDS; round++) {
      for (int i = 0; i < steps.size(); i++) {
        boolean turn = round % 2 == 0;
        measure(steps.get(i), turn ? few : many, round < 0 ? new Histogram(3) : micros.get(i).get(turn ? 0 : 1));
        measure(steps.get(i), turn ? many : few, round < 0 ? new Histogram(3) : micros.get(i).get(turn ? 1 : 0));
      }
    }
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      double among = micros.get(i).get(0).getValueAtPercentile(50) / 1e3;
      double amongMany = micros.get(i).get(1).getValueAtPercentile(50) / 1e3;
      results.add(new Result(name(), steps.get(i).title()).put("p50 ms among " + few.messages, among)
          .put("p50 ms among " + many.messages, amongMany).put("times", amongMany / among)
          .put("p99 ms among " + few.messages, micros.get(i).get(0).getValueAtPercentile(99) / 1e3)
          .put("p99 ms among " + many.messages, micros.get(i).get(1).getValueAtPercentile(99) / 1e3)
          .curve("few", micros.get(i).get(0)).curve("many", micros.get(i).get(1)));
    }
    return results;
  }

  private static void measure(Step step, YearsSite site, Histogram micros) throws Exception {
    for (int i = 0; i < TIMES; i++) {
      step.before.on(site);
      long begin = System.nanoTime();
      step.deed.on(site);
      micros.recordValue((System.nanoTime() - begin) / 1_000);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
