package io.fastroom.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A wall clock that a test moves under one process or several: put {@link #environment} into theirs. */
public final class ClockShim implements AutoCloseable {
  private final Path file;

  public ClockShim() {
    Preload.environment("clock_shim");
    try {
      file = Files.createTempFile("fastroom-clock", ".offset");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    moveTo(Duration.ZERO);
  }

  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(Preload.environment("clock_shim"));
    environment.put("CLOCK_SHIM_FILE", file.toString());
    return environment;
  }

  /** How far from the machine's clock theirs is from now on. */
  public void moveTo(Duration offset) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, offset.toMillis());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(bytes, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
