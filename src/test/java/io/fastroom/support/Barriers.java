package io.fastroom.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What stands in the way of people with a screen reader or weak eyes, by WCAG 2.1 AA and as far as a program can tell. */
public final class Barriers {
  private static final String AXE = axe();
  private static final String STILL = "return document.getAnimations().every(a => a.playState !== 'running'"
      + " || a.effect.getComputedTiming().iterations === Infinity)";
  /** A menu lies over the page, outside of its landmarks. */
  private static final String RUN = "const done = arguments[arguments.length - 1];"
      + "axe.run({ resultTypes: ['violations'], rules: { region: { enabled: false } },"
      + " runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })"
      + ".then(found => done(found.violations.flatMap(each => each.nodes.map(node =>"
      + " `${each.id}: ${node.target.join(' ')}: ${node.failureSummary}`))), error => done([String(error)]))";

  private Barriers() { }

  /** In the page as it is now. */
  @SuppressWarnings("unchecked")
  public static List<String> in(Browser browser) {
    // What moves is half transparent for a moment.
    Until.holds("nothing moves", () -> (Boolean) browser.run(STILL));
    // It stays until the next page is loaded, and is half a megabyte.
    if (!(Boolean) browser.run("return 'axe' in window")) {
      browser.run(AXE);
    }
    return (List<String>) browser.driver().executeAsyncScript(RUN);
  }

  private static String axe() {
    try (InputStream file = Barriers.class.getResourceAsStream("/axe.min.js")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
