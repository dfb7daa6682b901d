package io.fastroom.internals;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What Vert.x's HTTP connections know but the public API does not tell. Thread: any. */
public final class HttpConnections {
  private static final String DECODER = "httpDecoder";

  private HttpConnections() { }

  /** Completes when the connection is closed; unlike its close handler it outlives the upgrade to a socket. */
  public static Future<Void> closed(HttpConnection connection) {
    return ((ConnectionBase) connection).closeFuture();
  }

  /** Closes it at once, with all that has not been written: its own close would wait behind that. */
  public static void abort(HttpConnection connection) {
    ((ConnectionBase) connection).channel().close();
  }

  /** Why a request is passed on as unreadable although it could be parsed. */
  public static final class UnknownVersion extends DecoderException {
    private UnknownVersion(String version) {
      super(version);
    }
  }

  /**
   * Treats a later HTTP/1 version as 1.1, as RFC 9110 demands, and marks any other version as unreadable, since Vert.x
   * would answer those by itself. Has no effect on HTTP/2. To be called before the first request.
   */
  public static void readVersions(HttpConnection connection) {
    ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
    if (pipeline.get(DECODER) != null) {
      pipeline.addAfter(DECODER, "versions", new Versions());
    }
  }

  private static final class Versions extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        boolean isKnown = version.majorVersion() == 1 && version.protocolName().equals("HTTP");
        // By Netty's own constants, which Vert.x compares with.
        request.setProtocolVersion(isKnown && version.minorVersion() == 0 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1);
        if (!isKnown) {
          request.setDecoderResult(DecoderResult.failure(new UnknownVersion(version.text())));
        }
      }
      context.fireChannelRead(message);
    }
  }
}
