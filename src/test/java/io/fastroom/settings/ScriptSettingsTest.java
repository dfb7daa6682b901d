package io.fastroom.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts see the settings that the node sees. */
class ScriptSettingsTest {
  @TempDir Path folder;

  private String run(Map<String, String> environment, String script) throws Exception {
    Files.createDirectories(folder.resolve("scripts"));
    Files.copy(Path.of("scripts/common.sh"), folder.resolve("scripts/common.sh"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    if (!Files.exists(folder.resolve("target"))) {
      Files.createSymbolicLink(folder.resolve("target"), Path.of("target").toAbsolutePath());
    }
    ProcessBuilder bash = new ProcessBuilder("bash", "-c",
        "source scripts/common.sh; build() { :; }; CLASSPATH_OF_NODE='target/classes:target/lib/*'; read_settings; "
            + script);
    bash.environment().keySet().retainAll(List.of("PATH", "HOME", "JAVA_HOME"));
    bash.environment().putAll(environment);
    Process process = bash.directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  @Test
  void read_what_the_node_reads() throws Exception {
    Files.writeString(folder.resolve(".env"), "\ufeffexport PORT=8123 # ours\r\nHOST='it''s'\r\nSERVER_ID=\"a\"\r\n"
        + "FASTROOM_SECRET='two\nlines $HOME `x` \\' \"'\r\nDATA_DIR=${BASE:-/srv}/room\r\nDRAIN_SECONDS=\r\n");
    assertThat(run(Map.of("MANAGEMENT_PORT", "9"), "for name in PORT SERVER_ID DATA_DIR DRAIN_SECONDS MANAGEMENT_PORT "
        + "FASTROOM_SECRET; do echo \"$name=$(setting $name none)\"; done")).isEqualToIgnoringNewLines(
        ".env line 2 is skipped: it is not NAME=value\nPORT=8123\nSERVER_ID=a\nDATA_DIR=/srv/room\nDRAIN_SECONDS=none\n"
            + "MANAGEMENT_PORT=9\nFASTROOM_SECRET=two\nlines $HOME `x` ' \"\n");
    assertThat(run(Map.of("PORT", "7", "redis_url", "redis://x"), "setting PORT none; setting REDIS_URL none"))
        .endsWith("7\nredis://x\n");
  }

  /** No locale is set here, as in most containers. */
  @Test
  void are_utf_8_in_any_locale() throws Exception {
    Files.writeString(folder.resolve(".env"), "DATA_DIR=d\u00e4\u1e31\n");
    assertThat(run(Map.of(), "export WS_ORIGINS=$'https://b\\xc3\\xbccher.example' SERVER_ID=$'\\xe9'; setting DATA_DIR none; "
        + "read_settings; setting WS_ORIGINS none"))
        .isEqualTo("d\u00e4\u1e31\nhttps://b\u00fccher.example\n");
  }

  /** Beside a port so high that the management port is below it. */
  @Test
  void scale_the_node_where_the_node_listens() throws Exception {
    int port = 63_536;
    HttpServer management = null;
    while (management == null) {
      try {
        management = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
      } catch (BindException taken) {
        port++;
      }
    }
    List<String> asked = new CopyOnWriteArrayList<>();
    management.createContext("/", call -> {
      asked.add(call.getRequestMethod() + " " + call.getRequestURI() + " "
          + new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      call.sendResponseHeaders(200, 2);
      call.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
      call.close();
    });
    management.start();
    try {
      Path ours = Files.createDirectories(folder.resolve("ours"));
      Files.copy(Path.of("scripts/scale"), ours.resolve("scale"));
      Files.writeString(ours.resolve("common.sh"), Files.readString(Path.of("scripts/common.sh"))
          + "build() { :; }; CLASSPATH_OF_NODE='target/classes:target/lib/*'\n");
      assertThat(run(Map.of("PORT", "" + (port + 1000)), "exec bash ours/scale edge 3")).isEqualTo("{}\n");
      assertThat(run(Map.of("PORT", "" + (port + 1000)), "exec bash ours/scale edge")).startsWith("usage: ");
    } finally {
      management.stop(0);
    }
    assertThat(asked).containsExactly("PUT /verticles/edge {\"instances\": 3}");
  }

  @Test
  void stop_at_what_the_node_stops_at() throws Exception {
    assertThat(run(Map.of("WS_CHATRATE", "1"), "echo went on"))
        .isEqualTo("FastRoom: WS_CHATRATE is no setting of FastRoom; is WS_CHAT_RATE meant?\n");
  }
}
