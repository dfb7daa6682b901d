package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.settings.Setting;
import io.fastroom.support.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** conf/fastroom.service, as far as it can be judged without a machine that systemd has started. */
final class ServiceUnitTest {
  private static final Path UNIT = Path.of("conf/fastroom.service");
  @TempDir Path folder;

  @Test
  void is_exposed_by_less_than_3_of_10() {
    Programs.assumeThere("systemd-analyze");
    Programs.Ended judged =
        Programs.run("systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=30", UNIT.toString());
    assertThat(judged.code()).as(judged.said()).isZero();
    assertThat(judged.said()).contains("Overall exposure level");
  }

  @Test
  void systemd_understands_every_line() throws Exception {
    Programs.assumeThere("systemd-analyze");
    Path program = Files.createFile(folder.resolve("fastroom"));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Path unit = folder.resolve("fastroom.service");
    Files.writeString(unit, Files.readString(UNIT).replace("/opt/fastroom/bin/fastroom", program.toString()));
    Programs.Ended read = Programs.run("systemd-analyze", "verify", "--man=no", unit.toString());
    assertThat(read.said()).doesNotContain(UNIT.getFileName() + ":");
    assertThat(read.code()).as(read.said()).isZero();
  }

  @Test
  void gives_the_drain_its_time() throws Exception {
    Matcher limit = Pattern.compile("(?m)^TimeoutStopSec=(\\d+)s$").matcher(Files.readString(UNIT));
    assertThat(limit.find()).isTrue();
    assertThat(Integer.parseInt(limit.group(1)))
        .isGreaterThan(Integer.parseInt(Setting.DRAIN_SECONDS.whenUnset) + 30);
  }
}
