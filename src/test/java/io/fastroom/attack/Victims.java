package io.fastroom.attack;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process of {@link Bystanders}. One thread at a time. */
final class Victims implements AutoCloseable {
  private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final NodeProcess node;
  private final Process process;
  private final PrintStream tell;
  private final BufferedReader answers;

  Victims(NodeProcess node) {
    this.node = node;
    try {
      List<String> command = new ArrayList<>(Session.own());
      command.addAll(List.of(JAVA, "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
          System.getProperty("java.class.path"), Bystanders.class.getName(), "" + node.port()));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    tell = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Each has a room of their own. */
  void begin(List<Person> people) {
    for (Person each : people) {
      RoomRef room = each.createRoom(node);
      tell.println(each.access() + ' ' + room.name() + ' ' + room.id());
    }
    tell.println(Bystanders.BEGIN);
  }

  /** Fails when somebody was not served, or can resume nothing. */
  Suffering end() {
    tell.println(Bystanders.END);
    try {
      String answer = answers.readLine();
      if (answer == null || answer.startsWith(Bystanders.FAILED)) {
        throw new AssertionError("not served: " + answer);
      }
      return Suffering.of(answer);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    tell.close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
