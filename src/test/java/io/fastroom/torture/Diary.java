package io.fastroom.torture;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;

/** A client's log in a file. Thread: callers write under a lock of their own. */
final class Diary implements AutoCloseable {
  private final Path file;
  private final PrintWriter writer;

  Diary(Path file) {
    this.file = file;
    try {
      writer = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Entry entry) {
    writer.println(entry.line());
  }

  @Override
  public void close() {
    writer.close();
  }

  /** Reads it back from the beginning; the stream must be closed. */
  static Stream<Entry> read(Path file) {
    try {
      return Files.lines(file, StandardCharsets.UTF_8).map(Entry::parse);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Iterator<Entry> entries() {
    close();
    return read(file).iterator();
  }
}
