package io.fastroom.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of a form in parts ({@code multipart/form-data}), in memory. Any thread. Limits: those of
 * {@link BodyReader}.
 */
final class MultipartBody {
  private static final DefaultHttpDataFactory IN_MEMORY = new DefaultHttpDataFactory(false, StandardCharsets.UTF_8);

  private MultipartBody() { }

  /** @throws InvalidInput 400 when it is not such a form in UTF-8, 422 when a field occurs twice or cannot be stored */
  static JsonObject read(String contentType, Buffer body) {
    FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/",
        Unpooled.wrappedBuffer(body.getBytes()));
    // The decoder knows the type's name only in lower case.
    request.headers().set(HttpHeaderNames.CONTENT_TYPE,
        Contract.MULTIPART + contentType.substring(Math.max(0, contentType.indexOf(';'))));
    if (!HttpPostRequestDecoder.isMultipart(request)) {
      throw InvalidInput.malformed("The form names no boundary");
    }
    HttpPostMultipartRequestDecoder parts = null;
    try {
      parts = new HttpPostMultipartRequestDecoder(IN_MEMORY, request, StandardCharsets.UTF_8);
      JsonObject fields = new JsonObject();
      for (InterfaceHttpData part : parts.getBodyHttpDatas()) {
        FormBody.put(fields, part.getName(), text(part));
      }
      return fields;
    } catch (InvalidInput e) {
      throw e;
    } catch (RuntimeException | IOException e) {
      // The decoder has a dozen exceptions for bad input, some of them unintended.
      throw InvalidInput.malformed("The form is not readable");
    } finally {
      if (parts != null) {
        parts.destroy();
      }
    }
  }

  private static String text(InterfaceHttpData part) throws IOException {
    if (part instanceof Attribute field) {
      return PercentEncoding.utf8(field.get());
    }
    throw InvalidInput.body("/" + part.getName(), "must be text and no file");
  }
}
