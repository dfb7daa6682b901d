package io.fastroom.bench.local;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * WebSockets within the process of their server; socket i uses token i and is in room i mod rooms. They keep next to
 * nothing, since it counts as the server's. Thread: a loop of their own, but what others call waits for it.
 */
final class LocalCrowd implements AutoCloseable {
  private static final int AT_ONCE = 200;
  private static final long LIMIT_MINUTES = 60;
  private static final byte[] HISTORY = "{\"type\":\"history\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHAT = "{\"type\":\"chat\"".getBytes(StandardCharsets.US_ASCII);

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
  private final Bootstrap bootstrap;
  private final List<String> tokens;
  private final String prefix;
  private final int rooms;
  private final Channel[] first;
  private CompletableFuture<Void> joined;
  private int wanted;
  private int connected;
  private int in;
  private long chats;
  private byte[] ref;
  private CompletableFuture<Long> answered;
  private String trouble;

  LocalCrowd(LocalAddress server, List<String> tokens, String prefix, int rooms) {
    this.bootstrap = new Bootstrap().group(loop).channel(LocalChannel.class).remoteAddress(server);
    this.tokens = tokens;
    this.prefix = prefix;
    this.rooms = rooms;
    this.first = new Channel[rooms];
  }

  /** Has the first {@code many} sockets in their rooms. */
  void join(int many) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(() -> {
      joined = done;
      wanted = many;
      pump();
    });
    done.get(LIMIT_MINUTES, TimeUnit.MINUTES);
  }

  private void pump() {
    while (connected < wanted && connected - in < AT_ONCE) {
      connect(connected++);
    }
    if (in == wanted) {
      joined.complete(null);
    }
  }

  private void connect(int index) {
    // Those that Netty makes up are hashes, of which two among 100,000 are the same.
    LocalAddress address = new LocalAddress("client" + index);
    bootstrap.clone().handler(new Client(index)).localAddress(address).connect().addListener(done -> {
      if (!done.isSuccess()) {
        fail(done.cause().toString());
      }
    });
  }

  /** Nobody waits any longer for what cannot come. */
  private void fail(String what) {
    if (trouble == null) {
      trouble = what;
    }
    if (joined != null) {
      joined.completeExceptionally(new IllegalStateException(what + ", " + in + " of " + wanted + " are in"));
    }
  }

  /** One chat after another in the first room. @return how long each took until its own copy was back, in microseconds */
  Histogram talk(int many) throws Exception {
    Histogram micros = new Histogram(3);
    for (int i = 0; i < many; i++) {
      CompletableFuture<Long> answer = new CompletableFuture<>();
      String name = "own" + i + "of" + many;
      long began = System.nanoTime();
      loop.execute(() -> {
        answered = answer;
        ref = ("\"ref\":\"" + name).getBytes(StandardCharsets.US_ASCII);
        first[0].writeAndFlush(frame("{\"type\":\"chat\",\"room\":\"" + prefix + "0\",\"message\":\"" + "x".repeat(100)
            + "\",\"ref\":\"" + name + "\"}"));
      });
      micros.recordValue((answer.get(1, TimeUnit.MINUTES) - began) / 1_000);
    }
    return micros;
  }

  /** Copies of chats that have come so far. */
  long chats() throws Exception {
    return loop.submit(() -> chats).get();
  }

  /** The first thing that went wrong, null for nothing. */
  String trouble() throws Exception {
    return loop.submit(() -> trouble).get();
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static ByteBuf frame(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuf frame = Unpooled.buffer(bytes.length + 8).writeByte(0x81);
    if (bytes.length < 126) {
      frame.writeByte(0x80 | bytes.length);
    } else {
      frame.writeByte(0xFE).writeShort(bytes.length);
    }
    // A mask of zeros is one, too.
    return frame.writeInt(0).writeBytes(bytes);
  }

  private static boolean isAt(byte[] wanted, ByteBuf data, int at, int end) {
    for (int i = 0; i < wanted.length; i++) {
      if (at + i >= end || data.getByte(at + i) != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  private final class Client extends ChannelInboundHandlerAdapter {
    private final int index;
    private boolean isIn;

    Client(int index) {
      this.index = index;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.writeAndFlush(Unpooled.copiedBuffer("GET /ws HTTP/1.1\r\nHost: local\r\nAuthorization: Bearer "
          + tokens.get(index % tokens.size()) + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
          StandardCharsets.US_ASCII));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf data = (ByteBuf) message;
      try {
        if (data.getByte(data.readerIndex()) == 'H') {
          head(context, data);
        }
        while (data.isReadable()) {
          frame(context, data);
        }
      } catch (IndexOutOfBoundsException torn) {
        fail("a frame came in parts");
      } finally {
        data.release();
      }
    }

    private void head(ChannelHandlerContext context, ByteBuf data) {
      String head = data.toString(StandardCharsets.US_ASCII);
      int end = head.indexOf("\r\n\r\n") + 4;
      if (!head.startsWith("HTTP/1.1 101") || end < 4) {
        fail(head);
      }
      data.skipBytes(end);
      context.writeAndFlush(LocalCrowd.frame("{\"type\":\"join\",\"room\":\"" + prefix + index % rooms + "\"}"));
    }

    private void frame(ChannelHandlerContext context, ByteBuf data) {
      int opcode = data.readByte() & 0x0F;
      int length = data.readByte() & 0x7F;
      length = length == 126 ? data.readUnsignedShort() : length == 127 ? (int) data.readLong() : length;
      int at = data.readerIndex();
      data.skipBytes(length);
      if (opcode == 0x9) {
        context.writeAndFlush(Unpooled.buffer(length + 6).writeByte(0x8A).writeByte(0x80 | length).writeInt(0)
            .writeBytes(data, at, length));
      } else if (opcode == 0x8) {
        fail("one was closed with " + data.getUnsignedShort(at));
      } else if (!isIn && isAt(HISTORY, data, at, at + length)) {
        entered(context);
      } else if (isAt(CHAT, data, at, at + length)) {
        chats++;
        if (index == 0 && answered != null && find(data, at, at + length)) {
          answered.complete(System.nanoTime());
        }
      }
    }

    private void entered(ChannelHandlerContext context) {
      isIn = true;
      in++;
      if (index < rooms) {
        first[index] = context.channel();
      }
      pump();
    }

    private boolean find(ByteBuf data, int from, int to) {
      for (int at = to - ref.length; at > from; at--) {
        if (isAt(ref, data, at, to)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      fail("one was closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      fail(cause.toString());
    }
  }
}
