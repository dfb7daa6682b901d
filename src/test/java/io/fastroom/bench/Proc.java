package io.fastroom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What Linux knows about processes. */
final class Proc {
  private static final long MICROS_PER_TICK = 10_000;

  private Proc() { }

  /** CPU time of all threads of a process so far. */
  static long cpuMicros(long pid) {
    String[] fields = stat(pid);
    return MICROS_PER_TICK * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
  }

  /** CPU time of a process and of those it has started so far, whether they still run or not. */
  static long familyMicros(long pid) {
    String[] fields = stat(pid);
    long micros = MICROS_PER_TICK * Arrays.stream(fields, 11, 15).mapToLong(Long::parseLong).sum();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        long child = Long.parseLong(process.getFileName().toString());
        micros += parent(child) == pid ? cpuMicros(child) : 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return micros;
  }

  /** 0 when there is no such process. */
  static long parent(long pid) {
    try {
      return Long.parseLong(stat(pid)[1]);
    } catch (UncheckedIOException e) {
      return 0;
    }
  }

  private static String[] stat(long pid) {
    String stat = read("/proc/" + pid + "/stat");
    // The name in brackets may hold blanks; the parent, and utime, stime and those of waited-for children, come after it.
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
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
