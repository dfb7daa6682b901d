package io.fastroom;

import io.fastroom.settings.BadSetting;
import io.fastroom.settings.Environment;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SettingsReader;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code check-config}: whether a node would take its settings, without binding a port, writing a file or speaking to
 * anybody. Names everything that is wrong, a line each.
 */
final class CheckConfig {
  private CheckConfig() { }

  /** Exits with 0 when all is well, else with 1. */
  static void main() {
    try {
      List<String> faults = SettingsReader.faults(Environment.read(), Path.of(""));
      if (faults.isEmpty()) {
        Settings settings = SettingsReader.read(Environment.read(), Path.of(""));
        Ports.checkTls(settings);
        System.out.println("All settings are allowed.");
        return;
      }
      faults.forEach(fault -> System.err.println("FastRoom: " + fault));
    } catch (BadSetting e) {
      System.err.println("FastRoom: " + e.getMessage());
    }
    System.exit(1);
  }
}
