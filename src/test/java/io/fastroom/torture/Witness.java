package io.fastroom.torture;

import java.util.List;

/** Somebody who takes part, and whose diary is judged in the end. Any thread may ask; one of its own runs it. */
interface Witness extends Runnable {

  /** Does nothing new and makes no trouble from now on, but goes on until all is answered. */
  void hush();

  void stop();

  /** Nothing is unanswered and every room has been followed to its head. */
  boolean settled(Heads heads);

  /** Where it has not got what the heads count, though it was there for {@code millis}. */
  List<String> behind(Heads heads, long millis);

  /** For the report of what did not settle. */
  String state(Heads heads);

  /** Shows its diary; it has ended. */
  void testify(Checker checker);
}
