package io.fastroom.edge;

import io.fastroom.support.Folders;
import io.fastroom.support.Ports;
import io.fastroom.support.Until;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real nginx or HAProxy before a node. */
final class ProxyProcess implements AutoCloseable {
  final int port = Ports.free();
  private final Path folder = Folders.temporary("fastroom-proxy");
  private final Process process;

  private ProxyProcess(String config, String... command) throws IOException {
    Path file = folder.resolve("proxy.conf");
    Files.writeString(file, config.replace("PORT", String.valueOf(port)).replace("FOLDER", folder.toString()));
    for (int i = 0; i < command.length; i++) {
      command[i] = command[i].replace("FILE", file.toString()).replace("FOLDER", folder.toString());
    }
    process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    Until.holds("the proxy listens", Duration.ofSeconds(20), () -> {
      if (!process.isAlive()) {
        throw new AssertionError(Files.readString(folder.resolve("log")));
      }
      try (Socket socket = new Socket("127.0.0.1", port)) {
        return socket.isConnected();
      }
    });
  }

  /** @param http what stands in the http block; PORT is the port to listen on */
  static ProxyProcess nginx(String http) throws IOException {
    StringBuilder temporary = new StringBuilder();
    for (String kind : new String[] {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
      temporary.append(kind).append("_temp_path FOLDER/").append(kind).append(";\n");
    }
    return new ProxyProcess("daemon off;\nmaster_process off;\npid FOLDER/pid;\nerror_log stderr;\n"
        + "events {}\nhttp {\naccess_log off;\n"
        + temporary + http + "\n}\n", "nginx", "-p", "FOLDER", "-e", "stderr", "-c", "FILE");
  }

  static ProxyProcess haproxy(String config) throws IOException {
    return new ProxyProcess(config + "\n", "haproxy", "-db", "-f", "FILE");
  }

  /** The snippet of README in that language, for this node. */
  static String snippet(String language, int nodePort) throws IOException {
    Matcher block = Pattern.compile("(?s)```" + language + "\\n(.*?)```").matcher(Files.readString(Path.of("README.md")));
    if (!block.find()) {
      throw new AssertionError("README has no snippet for " + language);
    }
    return block.group(1).replace("127.0.0.1:8000", "127.0.0.1:" + nodePort).replace("listen 80;", "listen 127.0.0.1:PORT;")
        .replace("bind :80", "bind 127.0.0.1:PORT");
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    Folders.delete(folder);
  }
}
