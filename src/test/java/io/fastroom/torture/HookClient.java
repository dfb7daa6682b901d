package io.fastroom.torture;

import io.fastroom.support.HookReceiver.Got;
import io.fastroom.support.Until;
import io.fastroom.torture.Entry.Kind;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The owner of a webhook, whose receiver refuses at times, or takes its time.
 *
 * <p>Thread: those of the receiver, under this object's lock.
 */
final class HookClient implements Witness {
  private static final int TAKEN = 204;
  private static final int REFUSED = 500;

  private final Random random;
  private final String name;
  private final Map<Long, Long> begun;
  private final Set<Kind> kinds;
  private final Diary diary;
  private final SecretKeySpec secret;
  /** By room the seq that was taken last. */
  private final Map<Long, Long> reached;
  private boolean restless = true;
  private boolean stopped;

  /**
   * @param begun by room, the seq after which everything has to come
   * @param kinds of events that it is for: all, or all but chats
   * @param secret as the node gave it
   */
  HookClient(long seed, String name, Map<Long, Long> begun, Set<Kind> kinds, String secret, Diary diary) {
    random = new Random(seed);
    this.name = name;
    this.begun = Map.copyOf(begun);
    this.kinds = kinds;
    this.reached = new HashMap<>(begun);
    this.diary = diary;
    this.secret = new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256");
  }

  @Override
  public void run() { }

  /** What the receiver answers. */
  int take(Got got) {
    int whim;
    synchronized (this) {
      whim = restless ? random.nextInt(300) : -1;
    }
    if (whim > 0 && whim < 3) {
      Until.pause(whim * 200L);
    }
    synchronized (this) {
      boolean taken = whim != 0;
      if (!stopped) {
        write(got, taken);
      }
      return taken ? TAKEN : REFUSED;
    }
  }

  private void write(Got got, boolean taken) {
    JsonObject event = got.json();
    Kind kind = Stay.KINDS.get(event.getString("type"));
    long room = event.getLong("room_id");
    long seq = event.getLong("seq");
    // Without a kind it tells that the log was taken back, and where it goes on.
    if (kind != null) {
      diary.write(new Entry.Delivered(room, seq, kind, Stay.subject(kind, event), Stay.micros(event.getString("ts")),
          got.id(), isSigned(got), taken));
    }
    if (taken) {
      reached.put(room, seq);
    }
  }

  private boolean isSigned(Got got) {
    try {
      Mac mac = Mac.getInstance(secret.getAlgorithm());
      mac.init(secret);
      byte[] wanted = mac.doFinal((got.id() + "." + got.timestamp() + "." + got.body()).getBytes(StandardCharsets.UTF_8));
      return ("v1," + Base64.getEncoder().encodeToString(wanted)).equals(got.signature());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void hush() {
    restless = false;
  }

  @Override
  public synchronized void stop() {
    stopped = true;
  }

  @Override
  public boolean settled(Heads heads) {
    return lag(heads, true).isEmpty();
  }

  @Override
  public List<String> behind(Heads heads, long millis) {
    return lag(heads, false).isEmpty() ? List.of() : List.of(state(heads));
  }

  /** @param exactly whether being beyond the head counts as well */
  private synchronized Map<Long, Long> lag(Heads heads, boolean exactly) {
    Map<Long, Long> due = kinds.contains(Kind.CHAT) ? heads.all() : heads.withoutChats();
    return begun.keySet().stream()
        .filter(room -> exactly ? !due.get(room).equals(reached.get(room)) : reached.get(room) < due.get(room))
        .collect(Collectors.toMap(room -> room, room -> due.get(room) - reached.get(room)));
  }

  @Override
  public String state(Heads heads) {
    return name + " is behind by " + lag(heads, true);
  }

  @Override
  public void testify(Checker checker) {
    checker.checkHook(name, begun, kinds, () -> diary.entries(), true);
  }
}
