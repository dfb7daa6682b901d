package io.fastroom.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How many react to a message with the same emoji.
 *
 * @param me whether the reader is among them; false where it is not known who reads
 */
public record ReactionCount(String emoji, int count, boolean me) {
  /** How many kinds a message has at most. */
  public static final int KINDS = 20;

  public ReactionCount(String emoji, int count) {
    this(emoji, count, false);
  }

  /** The same list with one kind's new count, 0 for none any more; a new kind comes last. */
  public static List<ReactionCount> changed(List<ReactionCount> counts, String emoji, int count) {
    List<ReactionCount> changed = new ArrayList<>(counts);
    for (int i = 0; i < changed.size(); i++) {
      if (changed.get(i).emoji().equals(emoji)) {
        if (count == 0) {
          changed.remove(i);
        } else {
          changed.set(i, new ReactionCount(emoji, count, changed.get(i).me()));
        }
        return List.copyOf(changed);
      }
    }
    if (count > 0) {
      changed.add(new ReactionCount(emoji, count));
    }
    return List.copyOf(changed);
  }
}
