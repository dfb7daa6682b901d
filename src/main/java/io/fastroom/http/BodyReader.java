package io.fastroom.http;

import io.fastroom.auth.Principal;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * Reads the body of a request, which may be paused. {@link BodyRule} checks it.
 *
 * <p>Thread: the request's. Limits: {@value #MAX_BYTES} bytes (413), {@value #MAX_MILLIS} ms (400); anything beyond is
 * dropped, and {@link ProblemHandler} closes the connection. {@link HttpMemory} bounds all bodies together.
 */
final class BodyReader {
  static final int MAX_BYTES = 65_536;
  private static final long MAX_MILLIS = 30_000;

  /** What has come of one. The request keeps it, and is kept itself while its refusal is on the way. Thread: any. */
  private static final class Body {
    /** Null when it is not wanted any more. */
    private Buffer bytes = Buffer.buffer();
    private int length;

    synchronized void append(Buffer chunk) {
      length += chunk.length();
      if (bytes != null) {
        bytes.appendBuffer(chunk);
      }
    }

    synchronized Buffer take() {
      Buffer all = bytes;
      bytes = null;
      return all;
    }
  }

  private final Vertx vertx;
  private final HttpMemory memory;

  BodyReader(Vertx vertx, HttpMemory memory) {
    this.vertx = vertx;
    this.memory = memory;
  }

  /** @throws Refused TOO_LARGE when the request's own Content-Length says so, UNSUPPORTED_MEDIA_TYPE when it is packed */
  static void checkAnnounced(HttpServerRequest request) {
    List<String> packed = request.headers().getAll(HttpHeaders.CONTENT_ENCODING);
    if (!packed.stream().allMatch("identity"::equalsIgnoreCase)) {
      request.response().putHeader(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
      throw new Refused(Problem.UNSUPPORTED_MEDIA_TYPE, "The body must have no Content-Encoding");
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && (length.length() > 9 || Long.parseLong(length) > MAX_BYTES)) {
      throw tooLarge();
    }
  }

  /** @param who null when nobody is signed in */
  Future<Buffer> read(HttpServerRequest request, Principal who) {
    Body body = new Body();
    HttpMemory.Held held = memory.begin(request, who, body::take);
    Promise<Buffer> whole = Promise.promise();
    if (HttpHeaders.CONTINUE.toString().equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    request.handler(chunk -> {
      int length = body.length + chunk.length();
      if (length > MAX_BYTES) {
        whole.tryFail(tooLarge());
      } else if (!whole.future().isComplete() && memory.grow(held, kept(length) - kept(body.length))) {
        body.append(chunk);
      }
    });
    long timer = vertx.setTimer(MAX_MILLIS,
        late -> whole.tryFail(new Refused(Problem.BAD_REQUEST, "The body took too long")));
    request.exceptionHandler(gone -> whole.tryFail(new Refused(Problem.BAD_REQUEST, "The body broke off")));
    request.endHandler(end -> {
      if (request.decoderResult().isFailure()) {
        whole.tryFail(new Refused(Problem.BAD_REQUEST, "The body could not be read"));
      } else {
        Buffer all = body.take();
        if (all == null) {
          whole.tryFail(new Refused(Problem.BAD_REQUEST, "The body broke off"));
        } else {
          whole.tryComplete(all);
        }
      }
    });
    request.resume();
    return whole.future().onComplete(done -> {
      vertx.cancelTimer(timer);
      memory.end(held);
      body.take();
    });
  }

  /** What a buffer with so many bytes takes: it grows by doubling. */
  private static int kept(int bytes) {
    return bytes == 0 ? 0 : Math.max(64, Integer.highestOneBit(2 * bytes - 1));
  }

  private static Refused tooLarge() {
    return new Refused(Problem.TOO_LARGE, "The body is over " + MAX_BYTES + " bytes");
  }
}
