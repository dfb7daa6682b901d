package io.fastroom;

import io.fastroom.embedded.StartFailure;
import io.fastroom.internals.DirectMemory;
import io.fastroom.management.BuildInfo;
import io.fastroom.settings.BadSetting;
import io.fastroom.settings.Environment;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SettingsReader;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.LoggerFactory;

/** The program. Without an argument, or with {@code run}, it is a node until SIGTERM or Ctrl-C. */
public final class FastRoom {
  private static final String USAGE =
      "usage: fastroom [run] | migrate … | admin … | scale … | health [ready|live] | check-config | --version";

  private FastRoom() { }

  public static void main(String[] args) {
    String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    String command = args.length == 0 ? "run" : args[0];
    // Wrong use is noticed here where a command takes nothing more; the others look at the rest themselves.
    boolean alone = rest.length == 0;
    switch (command) {
      case "migrate" -> Migrate.main(rest);
      case "admin" -> Admin.main(rest);
      case "scale" -> ManagementCommands.scale(rest);
      case "health" -> ManagementCommands.health(rest);
      case "check-config" -> only(alone, CheckConfig::main);
      case "--version" -> only(alone, () -> System.out.println(BuildInfo.read()));
      case "run" -> only(alone, FastRoom::run);
      default -> only(false, null);
    }
  }

  private static void only(boolean alone, Runnable command) {
    if (alone) {
      command.run();
    } else {
      System.err.println(USAGE);
      System.exit(2);
    }
  }

  private static void run() {
    DirectMemory.bound();
    // What is wrong with the others is told in the format that this one asks for.
    Logs.set(SettingsReader.logs(Environment.read(), Path.of("")));
    try {
      Settings settings = SettingsReader.read(Environment.read(), Path.of(""));
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
    if (Logs.areJson()) {
      LoggerFactory.getLogger("fastroom.app").error("FastRoom: {}", why);
    } else {
      System.err.println("FastRoom: " + why);
    }
    System.exit(1);
  }

  private static void welcome(Settings settings) {
    int port = settings.http().port();
    String address = (settings.http().tls() == null ? "http" : "https") + "://localhost:" + port;
    BuildInfo build = BuildInfo.read();
    if (settings.logs().json()) {
      LoggerFactory.getLogger("fastroom.app").info("FastRoom serves {} (node {}, version {}, commit {})", address,
          settings.node().serverId(), build.version(), build.commit());
      return;
    }
    System.out.println("FastRoom serves " + address + " (node " + settings.node().serverId() + ")");
    System.out.println("  version     " + build.version() + ", commit " + build.commit());
    System.out.println("  docs        " + address + "/docs");
    System.out.println("  management  http://" + settings.management().host() + ":" + settings.management().port());
    if (settings.node().embedded()) {
      System.out.println("  data        " + settings.node().dataDirectory().toAbsolutePath().normalize());
      System.out.println("  one more    DEBUG=true PORT=" + (port + 1) + " DATABASE_URL=" + settings.database().url()
          + " REDIS_URL=" + settings.redis().url() + " " + System.getProperty("fastroom.command", "scripts/run"));
    }
  }
}
