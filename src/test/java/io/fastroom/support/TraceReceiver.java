package io.fastroom.support;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Receives traces by OTLP over HTTP, as a collector does. */
public final class TraceReceiver implements AutoCloseable {
  /** One span. @param parent empty for the first of a trace */
  public record Seen(String trace, String id, String parent, String name, String kind, Map<String, String> attributes) { }

  private final HttpServer server;
  private final List<Seen> spans = new CopyOnWriteArrayList<>();

  public TraceReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", exchange -> {
      boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      try (InputStream body = packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
        ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().forEach(resource ->
            resource.getScopeSpansList().forEach(scope -> scope.getSpansList().forEach(span -> spans.add(seen(span)))));
      }
      byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
      exchange.close();
    });
    server.start();
  }

  private static Seen seen(Span span) {
    HexFormat hex = HexFormat.of();
    return new Seen(hex.formatHex(span.getTraceId().toByteArray()), hex.formatHex(span.getSpanId().toByteArray()),
        hex.formatHex(span.getParentSpanId().toByteArray()), span.getName(), span.getKind().name(),
        span.getAttributesList().stream().collect(Collectors.toMap(each -> each.getKey(),
            each -> each.getValue().getStringValue(), (one, other) -> other)));
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public List<Seen> spans() {
    return List.copyOf(spans);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
