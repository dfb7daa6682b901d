package io.fastroom.websocket;

import io.fastroom.model.Message;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.wire.EncodedEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Keeps frames to a size that every client takes: many libraries close at a mebibyte, some of them far below. Thread: any.
 */
final class FrameSize {
  /** No frame is larger, in bytes. */
  static final int MAX = 256 << 10;
  /** What an entry of a list takes besides its text, and a frame besides its entries; both at most. */
  private static final int ENTRY = 1_024;
  static final int ENVELOPE = 4_096;
  /** A username with what JSON needs around it. */
  private static final int NAME = 64;
  /** A kind of reaction with its count; an emoji has 40 chars at most. */
  private static final int REACTION = 200;
  /** A control character is six bytes in JSON. */
  private static final int ESCAPED = 6;

  private FrameSize() { }

  static int of(EncodedEvent event) {
    return event.json().length + ENTRY + (event.event() instanceof Chat chat ? reactions(chat.message()) : 0);
  }

  private static int reactions(Message message) {
    return REACTION * message.reactions().size();
  }

  /** Looks at the text closely only when it could be too much at all. */
  private static int of(Message message) {
    String text = message.content();
    int most = ESCAPED * text.length();
    return ENTRY + (most <= ENTRY ? most : escaped(text)) + conversation(message);
  }

  /** What it refers to. */
  private static int conversation(Message message) {
    return (message.replyTo() == null ? 0 : NAME + ESCAPED * message.replyTo().text().length())
        + NAME * message.mentions().size() + reactions(message);
  }

  private static int escaped(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < 0x20 ? ESCAPED - 1 : c == '"' || c == '\\' ? 1 : 0;
    }
    return bytes;
  }

  /** In parts that fit a frame each, in order; one empty part for nothing. */
  static List<List<EncodedEvent>> parts(List<EncodedEvent> events) {
    List<List<EncodedEvent>> parts = new ArrayList<>();
    int from = 0;
    do {
      int fit = fitting(events.subList(from, events.size()), FrameSize::of);
      parts.add(events.subList(from, from + fit));
      from += fit;
    } while (from < events.size());
    return parts;
  }

  /** The last of these messages that fit into one frame. */
  static List<Message> last(List<Message> messages) {
    List<Message> backwards = new ArrayList<>(messages);
    Collections.reverse(backwards);
    return messages.subList(messages.size() - fitting(backwards, FrameSize::of), messages.size());
  }

  /** How many of the first fit into one frame; at least one, since no single one is too large. */
  private static <T> int fitting(List<T> items, ToIntFunction<T> size) {
    int bytes = ENVELOPE;
    int count = 0;
    for (T item : items) {
      bytes += size.applyAsInt(item);
      if (bytes > MAX && count > 0) {
        return count;
      }
      count++;
    }
    return count;
  }
}
