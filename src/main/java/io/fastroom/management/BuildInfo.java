package io.fastroom.management;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What was built: told by {@code --version}, the first line of a node, {@code /info} and a metric.
 *
 * @param version as in the name of the release
 * @param commit of the sources, {@code unknown} when they were built without git
 */
public record BuildInfo(String version, String commit) {
  private static final String RESOURCE = "/io/fastroom/build.properties";

  /** Reads what the build has written. Thread: any; reads a small file of the class path. */
  public static BuildInfo read() {
    Properties properties = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream(RESOURCE)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BuildInfo(properties.getProperty("version"), properties.getProperty("commit"));
  }

  @Override
  public String toString() {
    return "FastRoom " + version + " (commit " + commit + ", Java " + Runtime.version().feature() + ")";
  }
}
