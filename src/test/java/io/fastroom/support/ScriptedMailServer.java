package io.fastroom.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mail server without TLS that says whatever it is told to say, which need not be SMTP. */
public final class ScriptedMailServer implements AutoCloseable {
  /** Instead of an answer: it ends the connection. */
  public static final String GONE = "";
  /** The same, without a goodbye of TCP either. */
  public static final String RESET = "reset";
  /** Instead of an answer: none, and the connection stays. */
  public static final String SILENCE = "silence";

  private static final Map<String, String> USUAL = Map.of("EHLO", "250 mail.test", "DATA", "354 go on", "QUIT", "221 bye");

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Listener listener = new Listener(this::talk);

  /**
   * From now on.
   *
   * @param command how the line begins that is answered; {@code .} is the end of a letter
   * @param answer its lines, in which {@code %s} is the line that is answered; null for what servers usually say
   */
  public ScriptedMailServer answer(String command, String answer) {
    if (answer == null) {
      answers.remove(command);
    } else {
      answers.put(command, answer);
    }
    return this;
  }

  public int port() {
    return listener.port();
  }

  /** The lines of all connections, letters included. */
  public List<String> heard() {
    return heard;
  }

  private void talk(Socket connection) throws IOException {
    OutputStream out = connection.getOutputStream();
    BufferedReader in = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
    out.write("220 mail.test\r\n".getBytes(StandardCharsets.UTF_8));
    boolean letter = false;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      heard.add(line);
      if (letter && !line.equals(".")) {
        continue;
      }
      String answer = to(line);
      if (answer.equals(GONE) || answer.equals(RESET)) {
        connection.setSoLinger(answer.equals(RESET), 0);
        return;
      }
      letter = answer.startsWith("354");
      if (answer.equals(SILENCE)) {
        continue;
      }
      out.write((answer.replace("%s", line).replace("\n", "\r\n") + "\r\n").getBytes(StandardCharsets.UTF_8));
      if (line.equals("QUIT")) {
        return;
      }
    }
  }

  private String to(String line) {
    String command = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
    return answers.getOrDefault(command, USUAL.getOrDefault(command, "250 fine"));
  }

  @Override
  public void close() {
    listener.close();
  }
}
