package io.fastroom.bench.local;

import io.fastroom.FastRoom;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;

/** A node with its clients in one process, which does what it is told: a question a line, and an answer. */
public final class LocalNode {
  private LocalNode() { }

  /** @param args the port to be told at, of this machine */
  public static void main(String[] args) throws IOException {
    FastRoom.main(new String[0]);
    try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]), 1, InetAddress.getLoopbackAddress());
         Socket socket = server.accept();
         BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
         PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8)) {
      LocalCrowd crowd = null;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ");
        if (words[0].equals("crowd")) {
          List<String> tokens = Files.readAllLines(Path.of(words[1]));
          crowd = new LocalCrowd(LocalTransport.listen(), tokens, words[2], Integer.parseInt(words[3]));
          out.println("there");
        } else {
          out.println(answer(crowd, words[0], Integer.parseInt(words[1])));
        }
      }
    }
  }

  private static String answer(LocalCrowd crowd, String question, int many) {
    try {
      if (question.equals("join")) {
        long began = System.nanoTime();
        crowd.join(many);
        return (System.nanoTime() - began) / 1_000_000 + " " + crowd.trouble();
      }
      if (question.equals("chats")) {
        return crowd.chats() + " " + crowd.trouble();
      }
      Histogram micros = crowd.talk(many);
      return micros.getValueAtPercentile(50) + " " + micros.getValueAtPercentile(99);
    } catch (Exception e) {
      return "failed: " + e;
    }
  }
}
