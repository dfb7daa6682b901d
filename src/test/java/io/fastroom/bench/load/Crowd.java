package io.fastroom.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/**
 * Sockets in rooms: socket i uses token i and is in room i mod rooms; those of a room are spread over the nodes.
 *
 * <p>Thread: public methods are for the thread of the scenario and wait; the rest is the loop's.
 */
public final class Crowd implements AutoCloseable {
  /**
   * What became of sockets on their way into rooms.
   *
   * @param micros from the first packet to the history
   * @param nanos until the last one was in or had failed
   */
  public record Joining(Histogram micros, long nanos, int failed, int resumed, int notResumed) { }

  /** What makes a client. */
  private interface Client {
    LoadSocket in(Crowd crowd, int index, int room);
  }

  final Generator generator;
  private final List<InetSocketAddress> nodes;
  private final List<String> tokens;
  private final String prefix;
  private final int rooms;
  private final LoadSocket[] sockets;
  private final Map<String, Integer> troubles = new LinkedHashMap<>();
  final SeqReader seqs = new SeqReader();
  private final Marker marker = new Marker();
  long now;
  private long disordered;
  private int runs;
  private ChatListener listener;

  private Histogram joinMicros;
  private CompletableFuture<Void> joining;
  private int wanted;
  private int nextToConnect;
  private int connecting;
  private int atOnce;
  private int in;
  private int failed;
  private int resumed;
  private int notResumed;
  private boolean resume;

  /** @param prefix room r is called {@code prefix + r} */
  public Crowd(Generator generator, List<InetSocketAddress> nodes, List<String> tokens, String prefix, int rooms,
               int size) {
    this(generator, nodes, tokens, prefix, rooms, size, FastRoomSocket::new);
  }

  /** Clients of the chat on Socket.IO, in one room. */
  public static Crowd ofSocketIo(Generator generator, InetSocketAddress server, String prefix, int size) {
    return new Crowd(generator, List.of(server), List.of(), prefix, 1, size, SocketIoSocket::new);
  }

  /** Streams of events, and in each room one socket, which may speak. */
  public static Crowd ofStreams(Generator generator, InetSocketAddress node, List<String> tokens, String prefix,
                                List<Long> rooms, int size) {
    return new Crowd(generator, List.of(node), tokens, prefix, rooms.size(), size,
        (crowd, index, room) -> index < rooms.size() ? new FastRoomSocket(crowd, index, room)
            : new FastRoomStream(crowd, index, room, rooms.get(room)));
  }

  private Crowd(Generator generator, List<InetSocketAddress> nodes, List<String> tokens, String prefix, int rooms,
                int size, Client client) {
    this.generator = generator;
    this.nodes = nodes;
    this.tokens = tokens;
    this.prefix = prefix;
    this.rooms = rooms;
    sockets = new LoadSocket[size];
    for (int i = 0; i < size; i++) {
      sockets[i] = client.in(this, i, i % rooms);
    }
  }

  /**
   * Connects and joins the first {@code many} sockets that are not yet.
   *
   * @param atOnce how many may be on their way in
   * @param resume whether they ask for what they missed since they were closed
   */
  public Joining join(int many, int atOnce, boolean resume, Duration limit) {
    long start = System.nanoTime();
    CompletableFuture<Void> done = generator.call(() -> {
      joining = new CompletableFuture<>();
      joinMicros = new Histogram(3);
      this.atOnce = atOnce;
      this.resume = resume;
      failed = 0;
      resumed = 0;
      notResumed = 0;
      pump(many);
      return joining;
    });
    await(done, limit, many);
    long nanos = System.nanoTime() - start;
    return generator.call(() -> new Joining(joinMicros, nanos, failed, resumed, notResumed));
  }

  /** The same for sockets of which all must get in. */
  public void joinAll(int many, int atOnce, Duration limit) {
    int failed = join(many, atOnce, false, limit).failed();
    if (failed > 0) {
      throw new IllegalStateException(failed + " of " + many + " sockets did not get in; " + troubles());
    }
  }

  private void await(CompletableFuture<Void> done, Duration limit, int many) {
    try {
      done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("only " + generator.call(() -> in) + " of " + many + " sockets joined within "
          + limit + "; " + troubles());
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void pump(int many) {
    wanted = many;
    while (connecting < atOnce && nextToConnect < many) {
      LoadSocket socket = sockets[nextToConnect];
      connecting++;
      socket.connect(nodes.get(nextToConnect++ / rooms % nodes.size()), resume);
    }
    if (nextToConnect >= many && connecting == 0 && !joining.isDone()) {
      joining.complete(null);
    }
  }

  void in(LoadSocket socket, long nanos) {
    in++;
    connecting--;
    joinMicros.recordValue(nanos / 1_000);
    pump(wanted);
  }

  /** @param early whether it had not been in its room yet */
  void broken(LoadSocket socket, boolean early, String why) {
    troubles.merge(why, 1, Integer::sum);
    if (early) {
      failed++;
      connecting--;
      generator.loop().execute(() -> pump(wanted));
    } else {
      in--;
    }
  }

  void resumed(boolean really) {
    if (really) {
      resumed++;
    } else {
      notResumed++;
    }
  }

  void error(String error) {
    troubles.merge(error, 1, Integer::sum);
  }

  void disordered(long after, long seq) {
    disordered++;
  }

  void chat(LoadSocket socket, byte[] bytes, int from, int to) {
    if (listener != null && marker.find(bytes, from, to)) {
      listener.arrived(socket, marker, now);
    }
  }

  String token(int index) {
    return tokens.get(index % tokens.size());
  }

  /** What room {@code room} is called. */
  public String room(int room) {
    return prefix + room;
  }

  /** How many are in a room now. */
  int present(int room) {
    int present = 0;
    for (int i = room; i < sockets.length; i += rooms) {
      present += sockets[i].isIn() ? 1 : 0;
    }
    return present;
  }

  int rooms() {
    return rooms;
  }

  public int size() {
    return sockets.length;
  }

  LoadSocket socket(int index) {
    return sockets[index];
  }

  /** Has a socket stop reading, or go on; from then on how late chats are for it is not recorded. */
  public void read(int socket, boolean on) {
    generator.run(() -> sockets[socket].read(on));
  }

  /** Begins to send chats on a schedule. */
  public ChatRun start(ChatPlan plan) {
    return generator.call(() -> {
      ChatLoad load = new ChatLoad(this, ++runs, plan);
      listener = load;
      load.tick();
      return new ChatRun(generator, load);
    });
  }

  /** Begins to send chats as fast as they are committed: each socket keeps {@code unanswered} on their way. */
  public Pressure press(int unanswered, int textSize) {
    return generator.call(() -> {
      Pressure pressure = new Pressure(this, ++runs, unanswered, textSize);
      listener = pressure;
      pressure.start();
      return pressure;
    });
  }

  /** Sockets in their rooms. */
  public int inside() {
    return generator.call(() -> in);
  }

  /** Durable events that did not come as the next of their room, whatever they were, since the crowd was made. */
  public long disordered() {
    return generator.call(() -> disordered);
  }

  /** What went wrong, and how often. */
  public Map<String, Integer> troubles() {
    return generator.call(() -> new LinkedHashMap<>(troubles));
  }

  /** Drops all connections, at once and without a close frame. */
  public void drop() {
    generator.run(() -> {
      for (LoadSocket socket : sockets) {
        socket.close();
      }
      in = 0;
      connecting = 0;
      nextToConnect = 0;
    });
  }

  @Override
  public void close() {
    drop();
  }
}
