package io.fastroom.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Ends the embedded servers when this process is killed: a shell reads from its standard input, which the system closes
 * when we die. It ignores what Ctrl-C sends to the whole terminal, and has a session of its own where there is setsid, so
 * that whoever kills all of our process group does not kill it.
 */
final class ParentWatchdog implements AutoCloseable {
  private static final String WAIT = """
      trap '' INT TERM HUP
      read -r released && exit 0
      kill -INT "$(head -n 1 "$1" 2>/dev/null)" 2>/dev/null
      kill -TERM "$(head -n 1 "$2" 2>/dev/null)" 2>/dev/null
      """;

  private static final String APART = "command -v setsid >/dev/null && exec setsid sh -c \"$@\"; exec sh -c \"$@\"";

  private final Process shell;

  ParentWatchdog(Path postgresPid, Path redisPid) throws IOException {
    shell = new ProcessBuilder("sh", "-c", APART, "sh", WAIT, "fastroom-leash", postgresPid.toString(),
        redisPid.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  @Override
  public void close() throws IOException {
    shell.getOutputStream().write("released\n".getBytes(StandardCharsets.UTF_8));
    shell.getOutputStream().close();
  }
}
