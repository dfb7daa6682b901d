package io.fastroom.embedded;

import io.fastroom.settings.BadSetting;
import io.fastroom.settings.Environment;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SettingsReader;
import java.nio.file.Path;

/** The embedded servers in a process of their own, for several nodes on one machine: prints their URLs and stays. */
public final class StandaloneServers {
  private StandaloneServers() { }

  public static void main(String[] args) {
    try {
      EmbeddedServers servers = EmbeddedServers.start(SettingsReader.read(Environment.read(), Path.of("")));
      Runtime.getRuntime().addShutdownHook(new Thread(servers::close, "shutdown"));
      Settings settings = servers.settings();
      System.out.println("DATABASE_URL=" + settings.database().url());
      System.out.println("REDIS_URL=" + settings.redis().url());
      Thread.currentThread().join();
    } catch (BadSetting | StartFailure | InterruptedException e) {
      System.err.println("FastRoom: " + e.getMessage());
      System.exit(1);
    }
  }
}
