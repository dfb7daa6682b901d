package io.fastroom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What Linux knows about processes. */
final class Proc {
  private static final long MICROS_PER_TICK = 10_000;

  private Proc() { }

  /** CPU time of all threads of a process so far. */
  static long cpuMicros(long pid) {
    String stat = read("/proc/" + pid + "/stat");
    // The name in brackets may hold blanks; utime and stime are the 12th and 13th field after it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return MICROS_PER_TICK * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
  }

  /** Resident memory in KiB. */
  static long rssKib(long pid) {
    for (String line : read("/proc/" + pid + "/status").split("\n")) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IllegalStateException("process " + pid + " has no memory");
  }

  /** CPU time all cores were busy so far, everything on the machine counted. */
  static long machineMicros() {
    String[] fields = read("/proc/stat").split("\n")[0].trim().split(" +");
    // cpu user nice system idle iowait irq softirq …
    return MICROS_PER_TICK * (Arrays.stream(fields, 1, 4).mapToLong(Long::parseLong).sum()
        + Arrays.stream(fields, 6, 8).mapToLong(Long::parseLong).sum());
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
