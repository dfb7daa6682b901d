package io.fastroom.support;

import io.fastroom.settings.Settings;
import io.fastroom.settings.SettingsReader;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;

/** Settings for parts of a node within this process: real ones, so that a new setting breaks no test. */
public final class TestSettings {
  private TestSettings() { }

  /**
   * A node beside servers that nobody asks, on a port of the system's choice.
   *
   * @param namesAndValues in turn, as an environment has them
   */
  public static Settings of(String... namesAndValues) {
    Map<String, String> values = new HashMap<>(Map.of("DATABASE_URL", "postgres://elsewhere/db", "REDIS_URL",
        "redis://elsewhere", "DEBUG", "true", "HOST", "127.0.0.1", "SERVER_ID", "test", "AUTH_RATE_PER_MINUTE", "0",
        "FASTROOM_SECRET", "a secret for tests", "REST_WRITE_RATE", "0", "REST_CONCURRENCY", "0"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    Settings settings = SettingsReader.of(values);
    return with(settings, "http", with(settings.http(), "port", 0));
  }

  /** A record with one component changed, to what no setting can say. */
  public static <R extends Record> R with(R record, String component, Object value) {
    try {
      RecordComponent[] components = record.getClass().getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] = components[i].getName().equals(component) ? value : components[i].getAccessor().invoke(record);
      }
      @SuppressWarnings("unchecked")
      Constructor<R> constructor = (Constructor<R>) record.getClass().getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
