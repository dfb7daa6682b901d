package io.fastroom;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads what a node will need before it serves. A class that is first asked for when the process has no descriptor left
 * cannot be loaded, and Java does not try it again: such a node would stay mute after everything else is well.
 * Blocking.
 */
final class Preload {
  /** Of servers that are left out of an image, and used before a node serves or not at all. */
  private static final String EMBEDDED = "io/fastroom/embedded/";

  private Preload() { }

  static void run() throws IOException {
    ClassLoader loader = Preload.class.getClassLoader();
    // What no library has is looked for in each of them, which opens them all.
    loader.getResource("io/fastroom/there-is-no-such-thing");
    CodeSource source = Preload.class.getProtectionDomain().getCodeSource();
    Path place = path(source);
    if (Files.isDirectory(place)) {
      load(loader, place);
    } else {
      try (FileSystem jar = FileSystems.newFileSystem(place)) {
        load(loader, jar.getPath("/"));
      }
    }
  }

  private static Path path(CodeSource source) throws IOException {
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static void load(ClassLoader loader, Path root) throws IOException {
    List<String> names;
    try (Stream<Path> files = Files.walk(root.resolve("io/fastroom"))) {
      names = files.map(file -> root.relativize(file).toString()).filter(name -> name.endsWith(".class"))
          .filter(name -> !name.startsWith(EMBEDDED) && !name.endsWith("package-info.class")).toList();
    }
    for (String name : names) {
      try {
        Class.forName(name.replaceFirst("\\.class$", "").replace('/', '.'), false, loader);
      } catch (ClassNotFoundException e) {
        throw new IOException(name + " cannot be loaded", e);
      }
    }
  }
}
