package io.fastroom.internals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * JSON written straight to UTF-8 bytes, in buffers that Jackson keeps per thread: a new buffer for each frame would be
 * half of its cost. Thread: any.
 */
public final class JsonBytes {
  /**
   * Characters beyond the basic plane are written as UTF-8, too: escaped, an emoji would take twelve bytes, not four.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  /** Writes one value. */
  public interface Writer {
    void write(JsonGenerator json) throws IOException;
  }

  private JsonBytes() { }

  /** @param expected the expected size in bytes, roughly */
  public static byte[] encode(int expected, Writer writer) {
    ByteArrayBuilder bytes = new ByteArrayBuilder(JSON._getBufferRecycler(), expected);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      writer.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] encoded = bytes.toByteArray();
    bytes.release();
    return encoded;
  }
}
