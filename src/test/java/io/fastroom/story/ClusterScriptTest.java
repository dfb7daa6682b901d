package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Ports;
import io.fastroom.support.Programs;
import io.fastroom.support.Until;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/cluster}, as it stands, on classes that are built already. */
@Tag("slow")
final class ClusterScriptTest {
  @TempDir Path folder;
  private final int port = Ports.free();

  @BeforeEach
  void copy() throws Exception {
    Programs.assumeThere("haproxy", "curl", "setsid");
    Files.createDirectories(folder.resolve("scripts"));
    Files.copy(Path.of("scripts/cluster"), folder.resolve("scripts/cluster"));
    Files.writeString(folder.resolve("scripts/common.sh"), Files.readString(Path.of("scripts/common.sh"))
        + "\nbuild() { :; }\nCLASSPATH_OF_NODE='" + NodeProcess.productClassPath() + "'\n");
    Files.createSymbolicLink(folder.resolve("conf"), Path.of("conf").toAbsolutePath());
  }

  @AfterEach
  void end() {
    if (Files.exists(folder.resolve("scripts/cluster"))) {
      cluster("down");
    }
  }

  @Test
  void comes_back_when_its_servers_were_killed() throws Exception {
    assertThat(cluster("up", "1").said()).contains("  ready\n");
    ProcessHandle servers = ProcessHandle.of(
        Long.parseLong(Files.readString(folder.resolve("data/cluster/servers.pid")).strip())).orElseThrow();
    servers.destroyForcibly();
    servers.onExit().get();
    Until.holds("the status tells a program as well", Duration.ofSeconds(20), () -> cluster("status").code() == 1);

    Programs.Ended ended = cluster("up", "1");

    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.said()).contains("node1  http://127.0.0.1:" + (port + 1) + "  ready\n");
  }

  private Programs.Ended cluster(String... arguments) {
    List<String> command = new ArrayList<>(List.of("env", "-u", "DATABASE_URL", "-u", "REDIS_URL", "PORT=" + port,
        // A proxy, as many a company has, that leads nowhere: what is on this machine is asked without it.
        "DRAIN_SECONDS=0", "http_proxy=http://127.0.0.1:1", "all_proxy=http://127.0.0.1:1", "no_proxy=", folder.resolve("scripts/cluster").toString()));
    command.addAll(List.of(arguments));
    return Programs.run(command.toArray(String[]::new));
  }
}
