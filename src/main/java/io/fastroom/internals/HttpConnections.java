package io.fastroom.internals;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.ShutdownEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What Vert.x's HTTP connections know but the public API does not tell. Thread: any. */
public final class HttpConnections {
  private static final String DECODER = "httpDecoder";
  private static final String CLIENT_CODEC = "codec";
  private static final String FIRST_BYTES = "first bytes";
  private static final String MESSAGES = "messages";

  private HttpConnections() { }

  /** Completes when the connection is closed; unlike its close handler it outlives the upgrade to a socket. */
  public static Future<Void> closed(HttpConnection connection) {
    return ((ConnectionBase) connection).closeFuture();
  }

  /** What it is to Netty; never null, and the same from its handshake on. */
  public static Channel channel(HttpConnection connection) {
    return ((ConnectionBase) connection).channel();
  }

  /** Closes it at once, with all that has not been written: its own close would wait behind that. */
  public static void abort(HttpConnection connection) {
    abort(channel(connection));
  }

  /** The same of one that is not yet of HTTP; TLS would wait for seconds to say goodbye to who has not said hello. */
  public static void abort(Channel channel) {
    if (channel.eventLoop().inEventLoop()) {
      ChannelHandlerContext first = channel.pipeline().firstContext();
      if (first != null) {
        first.close();
      } else {
        channel.close();
      }
    } else {
      channel.eventLoop().execute(() -> abort(channel));
    }
  }

  /** Why a request is passed on as unreadable although it could be parsed. */
  public static final class UnknownVersion extends DecoderException {
    private UnknownVersion(String version) {
      super(version);
    }
  }

  /**
   * Sees to it that each request gets one answer, and that it is ours. A later HTTP/1 version is treated as 1.1, as RFC 9110
   * demands, and any other one marks its request as unreadable, since Vert.x would answer those by itself; so does a body
   * that is no HTTP, which ends there, since Vert.x would close the connection without a word. What follows is dropped. Has
   * no effect on HTTP/2. To be called before the first request.
   *
   * @param staying asked when the server shuts down, on the connection's event loop: whether the connection stays until its
   * next request is answered, or until it is closed otherwise; else it is closed when nothing is to be answered
   */
  public static void readStrictly(HttpConnection connection, BooleanSupplier staying) {
    ChannelPipeline pipeline = channel(connection).pipeline();
    if (pipeline.get(DECODER) != null) {
      FirstBytes first = new FirstBytes();
      pipeline.addBefore(DECODER, FIRST_BYTES, first).addAfter(DECODER, MESSAGES, new Messages(first, staying));
    }
  }

  /** Lifts the server's limit of silence, where it has one: from here on others see to that. */
  public static void mayBeSilent(HttpConnection connection) {
    ChannelPipeline pipeline = channel(connection).pipeline();
    if (pipeline.get(IdleStateHandler.class) != null) {
      pipeline.remove(IdleStateHandler.class);
    }
  }

  /**
   * Drops what a server says before its answer, such as 102, however often (RFC 9110, 15.2): Vert.x takes each status of
   * that kind that it does not know for the answer. For a client's connection, before its first request; HTTP/1 only.
   */
  public static void dropInterim(HttpConnection connection) {
    channel(connection).pipeline().addAfter(CLIENT_CODEC, "interim", new Interim());
  }

  /** For a connection that is not one of HTTP any more. */
  static void readNoMore(ChannelPipeline pipeline) {
    for (String name : List.of(FIRST_BYTES, MESSAGES)) {
      if (pipeline.get(name) != null) {
        pipeline.remove(name);
      }
    }
  }

  /** Whether what comes is a HEAD: one whose first line cannot be read has no method when it has been decoded. */
  private static final class FirstBytes extends ChannelInboundHandlerAdapter {
    private static final byte[] HEAD = "HEAD ".getBytes(StandardCharsets.US_ASCII);
    private static final int OTHER = -1;

    /** How much of the word has been there, or {@link #OTHER}. */
    private int matched;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (matched >= 0 && matched < HEAD.length && message instanceof ByteBuf bytes) {
        bytes.forEachByte(this::see);
      }
      context.fireChannelRead(message);
    }

    private boolean see(byte next) {
      if (matched > 0 || next != '\r' && next != '\n') {
        matched = next == HEAD[matched] ? matched + 1 : OTHER;
      }
      return matched >= 0 && matched < HEAD.length;
    }

    boolean areHead() {
      return matched == HEAD.length;
    }

    void begin() {
      matched = 0;
    }
  }

  private static final class Messages extends ChannelInboundHandlerAdapter {
    private final FirstBytes first;
    private final BooleanSupplier staying;
    private HttpRequest request;
    private Object shutdown;
    private boolean over;

    private Messages(FirstBytes first, BooleanSupplier staying) {
      this.first = first;
      this.staying = staying;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ShutdownEvent && request == null && staying.getAsBoolean()) {
        shutdown = event;
      } else {
        context.fireUserEventTriggered(event);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (over) {
        ReferenceCountUtil.release(message);
      } else if (message instanceof HttpRequest next) {
        request = next;
        read(next);
        passOn(context, next);
        if (shutdown != null) {
          // Now it has something to answer, and ends with that.
          Object event = shutdown;
          shutdown = null;
          context.fireUserEventTriggered(event);
        }
      } else if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
        content.release();
        request.setDecoderResult(content.decoderResult());
        passOn(context, LastHttpContent.EMPTY_LAST_CONTENT);
      } else {
        passOn(context, message);
      }
    }

    /**
     * A reset is an end like others. Vert.x would tell it to a request, too, that waits behind another one, and throw as
     * it has no response yet.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof IOException) {
        context.close();
      } else {
        context.fireExceptionCaught(cause);
      }
    }

    private void passOn(ChannelHandlerContext context, Object message) {
      if (message instanceof LastHttpContent) {
        over = request.decoderResult().isFailure();
        request = null;
        first.begin();
      }
      context.fireChannelRead(message);
    }

    private void read(HttpRequest head) {
      if (head.decoderResult().isFailure()) {
        head.setMethod(first.areHead() ? HttpMethod.HEAD : head.method());
        return;
      }
      HttpVersion version = head.protocolVersion();
      boolean isKnown = version.majorVersion() == 1 && version.protocolName().equals("HTTP");
      // By Netty's own constants, which Vert.x compares with.
      head.setProtocolVersion(isKnown && version.minorVersion() == 0 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1);
      if (!isKnown) {
        head.setDecoderResult(DecoderResult.failure(new UnknownVersion(version.text())));
      }
    }
  }

  private static final class Interim extends ChannelInboundHandlerAdapter {
    private boolean dropping;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpResponse response) {
        dropping = response.status().codeClass() == HttpStatusClass.INFORMATIONAL
            && !response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
      }
      if (dropping) {
        ReferenceCountUtil.release(message);
      } else {
        context.fireChannelRead(message);
      }
    }
  }
}
