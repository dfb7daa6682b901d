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
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * The classes of the product and its libraries as a JVM keeps them in memory, which spares each node that is started half of
 * its CPU. The first node of all JVMs of a run lists what it loads, and from that the archive is made while others go on.
 */
final class ClassArchive {
  private static final Path LIBRARIES = Path.of("target", "lib").toAbsolutePath();
  private static final Path CLASSES = Path.of("target", "classes").toAbsolutePath();
  private static final String FOLDER = "classes-";
  private static final Path ARCHIVE = archive();
  /** An archive is of jars. */
  static final String CLASS_PATH = LIBRARIES + "/*:" + jar();

  private static final String LIST = "-XX:DumpLoadedClassList=";
  /** Held by the JVM that makes the archive; ends with it. */
  private static FileLock maker;

  private ClassArchive() { }

  /** In a folder for what there is to be loaded as it is now. */
  private static Path archive() {
    try (Stream<Path> jars = Files.list(LIBRARIES); Stream<Path> classes = Files.walk(CLASSES)) {
      TreeMap<String, Long> dates = new TreeMap<>();
      Stream.concat(jars, classes.filter(Files::isRegularFile))
          .forEach(file -> dates.put(file.toString(), file.toFile().lastModified()));
      return Folders.kept(FOLDER + Integer.toHexString((dates + Runtime.version().toString()).hashCode()))
          .resolve("archive.jsa");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Made by one JVM of a run: an archive knows it by its date as well. */
  private static Path jar() {
    Path jar = beside("jar");
    try (FileChannel guard = FileChannel.open(beside("guard"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock alone = guard.lock()) {
      if (alone.isValid() && !Files.exists(jar)) {
        forgetOthers();
        Path made = beside("part");
        pack(made);
        Files.move(made, jar, StandardCopyOption.ATOMIC_MOVE);
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void forgetOthers() throws IOException {
    try (Stream<Path> folders = Files.list(ARCHIVE.getParent().getParent())) {
      folders.filter(folder -> folder.getFileName().toString().startsWith(FOLDER) && !folder.equals(ARCHIVE.getParent()))
          .forEach(Folders::delete);
    }
  }

  private static void pack(Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar)); Stream<Path> all = Files.walk(CLASSES)) {
      out.setLevel(Deflater.NO_COMPRESSION);
      for (Path each : (Iterable<Path>) all.filter(path -> !path.equals(CLASSES))::iterator) {
        boolean folder = Files.isDirectory(each);
        out.putNextEntry(new JarEntry(CLASSES.relativize(each) + (folder ? "/" : "")));
        if (!folder) {
          Files.copy(each, out);
        }
      }
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
          "-XX:SharedClassListFile=" + classes, "-XX:SharedArchiveFile=" + made, "-cp", CLASS_PATH)
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
