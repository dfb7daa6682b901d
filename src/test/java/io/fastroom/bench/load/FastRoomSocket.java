package io.fastroom.bench.load;

import io.netty.channel.ChannelHandler.Sharable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A client of FastRoom that checks that no seq is missing. Thread: the loop's. */
@Sharable
class FastRoomSocket extends LoadSocket {
  private static final byte[] HEAD = "{\"type\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MORE = "\"more\":true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FRESH = "\"resumed\":false".getBytes(StandardCharsets.US_ASCII);

  private long seq = -1;

  FastRoomSocket(Crowd crowd, int index, int room) {
    super(crowd, index, room);
  }

  @Override
  String path() {
    return "/ws?access_token=" + crowd.token(index);
  }

  @Override
  void opened() {
    send("{\"type\":\"join\",\"room\":\"" + crowd.room(room) + "\""
        + (isResuming() && seq >= 0 ? ",\"since\":" + seq : "") + "}");
  }

  @Override
  boolean chat(String marker, int size) {
    if (isIn()) {
      send("{\"type\":\"chat\",\"room\":\"" + crowd.room(room) + "\",\"message\":\"" + Frames.padded(marker, size)
          + "\"}");
    }
    return isIn();
  }

  @Override
  void text(byte[] bytes, int from, int to) {
    if (to - from < HEAD.length + 2 || !Arrays.equals(bytes, from, from + HEAD.length, HEAD, 0, HEAD.length)) {
      ended("got a frame that does not begin with its type");
      return;
    }
    switch (bytes[from + HEAD.length]) {
      case 'c' -> {
        durable(bytes, from, to);
        crowd.chat(this, bytes, from, to);
      }
      // message_updated, message_deleted, member_update; room_updated, room_deleted
      case 'm', 'r' -> durable(bytes, from, to);
      case 'j' -> seq = SeqReader.find(bytes, from, to);
      case 'h' -> history(bytes, from, to);
      case 'e' -> refused(new String(bytes, from, to - from, StandardCharsets.UTF_8));
      default -> { }
    }
  }

  /** On the way in an error is the end of it; inside it is counted. */
  private void refused(String frame) {
    String error = "error " + frame.replaceFirst(".*\"code\":\"(\\w+)\".*", "$1");
    if (isIn()) {
      crowd.error(error);
    } else {
      ended(error);
    }
  }

  private void durable(byte[] bytes, int from, int to) {
    long next = crowd.seqs.read(bytes, from, to);
    if (seq >= 0 && next != seq + 1) {
      crowd.disordered(seq, next);
    }
    seq = next;
  }

  private void history(byte[] bytes, int from, int to) {
    if (isIn() || find(bytes, from, to, MORE)) {
      return;
    }
    if (isResuming()) {
      crowd.resumed(!find(bytes, from, to, FRESH));
    }
    in();
  }

  private static boolean find(byte[] bytes, int from, int to, byte[] wanted) {
    for (int i = from; i <= to - wanted.length; i++) {
      if (bytes[i] == wanted[0] && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }
}
