package io.fastroom.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The classes of the libraries as a JVM keeps them in memory, which spares each node that is started a fifth of its CPU.
 * The first node of all JVMs of a run lists what it loads, and from that the archive is made while others go on.
 */
final class ClassArchive {
  private static final Path LIBRARIES = Path.of("target", "lib").toAbsolutePath();
  /** First those, then ours: an archive is of the beginning of a class path, and has no folders. */
  static final String CLASS_PATH = LIBRARIES + "/*:" + Path.of("target", "classes").toAbsolutePath();

  private static final String LIST = "-XX:DumpLoadedClassList=";
  private static final Path ARCHIVE = archive();
  /** Held by the JVM that makes the archive; ends with it. */
  private static FileLock maker;

  private ClassArchive() { }

  private static Path archive() {
    try (Stream<Path> jars = Files.list(LIBRARIES)) {
      TreeMap<String, Long> dates = new TreeMap<>();
      jars.forEach(jar -> dates.put(jar.getFileName().toString(), jar.toFile().lastModified()));
      return Folders.kept("classes-" + Integer.toHexString((dates + Runtime.version().toString()).hashCode()))
          .resolve("archive.jsa");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path beside(String suffix) {
    return ARCHIVE.resolveSibling("archive." + suffix);
  }

  /** For the JVM of a node. One that cannot use the archive says nothing and goes without. */
  static synchronized List<String> options() {
    if (Files.exists(ARCHIVE)) {
      return List.of("-XX:SharedArchiveFile=" + ARCHIVE);
    }
    return maker == null && lock() ? List.of(LIST + beside("list")) : List.of();
  }

  static boolean isList(List<String> options) {
    return options.stream().anyMatch(option -> option.startsWith(LIST));
  }

  private static boolean lock() {
    try {
      maker = FileChannel.open(beside("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE).tryLock();
      return maker != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The node that lists its classes serves, so that what it loads to do so is on its list. */
  static void make(String java) {
    Path made = beside("new");
    Path classes = beside("classes");
    try {
      // It is still being written, so that its last line may be half a line.
      String list = Files.readString(beside("list"));
      Files.writeString(classes, list.substring(0, list.lastIndexOf('\n') + 1));
      Process dump = new ProcessBuilder("nice", "-n", "19", java, "-Xshare:dump", "-XX:+UseSerialGC",
          "-XX:SharedClassListFile=" + classes, "-XX:SharedArchiveFile=" + made, "-cp", LIBRARIES + "/*")
          .redirectErrorStream(true).redirectOutput(beside("log").toFile()).start();
      Runtime.getRuntime().addShutdownHook(new Thread(dump::destroyForcibly));
      dump.onExit().thenAccept(ended -> {
        if (ended.exitValue() == 0) {
          publish(made);
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void publish(Path made) {
    try {
      Files.move(made, ARCHIVE, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
