package io.fastroom.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Ends servers that outlived a killed node: whatever runs from the binaries of a data directory whose lock is ours. */
final class OrphanedServers {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private OrphanedServers() { }

  static void end(Path binaries) {
    List<ProcessHandle> alive = ProcessHandle.allProcesses()
        .filter(process -> process.info().command().filter(command -> Path.of(command).startsWith(binaries)).isPresent())
        .toList();
    if (alive.isEmpty()) {
      return;
    }
    // They are asked first, then killed: PostgreSQL waits for clients, which may belong to another node, and after a
    // kill it recovers from its log.
    if (!gone(alive, ProcessHandle::destroy) && !gone(alive, ProcessHandle::destroyForcibly)) {
      throw new StartFailure("servers of an earlier run do not end: processes "
          + alive.stream().filter(OrphanedServers::runs).map(ProcessHandle::pid).toList(), null);
    }
  }

  /**
   * Ends processes and waits a while. It polls itself: the library checks processes that are not its children only once
   * a second or less.
   */
  static boolean gone(List<ProcessHandle> processes, Consumer<ProcessHandle> end) {
    processes.forEach(end);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (processes.stream().anyMatch(OrphanedServers::runs)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }

  /** An ended process whose parent has not yet collected it has no command any more; it counts as gone. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }
}
