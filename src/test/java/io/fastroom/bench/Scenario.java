package io.fastroom.bench;

import java.util.List;

/** One question about a running FastRoom. */
interface Scenario {
  String name();

  List<Result> run(Lab lab) throws Exception;
}
