package io.fastroom;

import io.fastroom.embedded.StartFailure;
import io.fastroom.settings.BadSetting;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SettingsReader;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Starts a node and keeps it until SIGTERM or Ctrl-C. */
public final class FastRoom {
  private FastRoom() { }

  public static void main(String[] args) {
    try {
      Settings settings = SettingsReader.read(System.getenv(), Path.of(""));
      Logs.set(settings.logs());
      App app = new App(settings);
      Shutdown shutdown = new Shutdown(app);
      Runtime.getRuntime().addShutdownHook(shutdown);
      try {
        welcome(app.start());
      } catch (Exception e) {
        if (shutdown.isAlive()) {
          return; // Told to end while it started: whatever failed was taken away from under it.
        }
        shutdown.failed();
        throw e;
      }
    } catch (BadSetting | StartFailure e) {
      fail(e.getMessage());
    } catch (Exception e) {
      fail("cannot start: " + Causes.line(e));
    }
  }

  private static void fail(String why) {
    System.err.println("FastRoom: " + why);
    System.exit(1);
  }

  private static void welcome(Settings settings) {
    int port = settings.http().port();
    String address = (settings.http().tls() == null ? "http" : "https") + "://localhost:" + port;
    if (settings.logs().json()) {
      LoggerFactory.getLogger("fastroom.app").info("FastRoom serves {} (node {})", address, settings.node().serverId());
      return;
    }
    System.out.println("FastRoom serves " + address + " (node " + settings.node().serverId() + ")");
    System.out.println("  docs        " + address + "/docs");
    System.out.println("  management  http://" + settings.management().host() + ":" + settings.management().port());
    if (settings.node().embedded()) {
      System.out.println("  data        " + settings.node().dataDirectory().toAbsolutePath().normalize());
      System.out.println("  one more    DEBUG=true PORT=" + (port + 1) + " DATABASE_URL=" + settings.database().url()
          + " REDIS_URL=" + settings.redis().url() + " scripts/run");
    }
  }
}
