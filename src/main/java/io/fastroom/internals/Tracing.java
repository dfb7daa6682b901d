package io.fastroom.internals;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * Sends traces by OTLP over HTTP. What Vert.x does by itself, HTTP, the bus, PostgreSQL and Redis, becomes spans of the
 * trace that is under way; {@link EventLoop#traced} begins one where Vert.x cannot know.
 *
 * <p>Thread: any; threads of its own send. Limits: {@value #WAITING} spans wait to be sent, more are dropped.
 */
public final class Tracing {
  private static final String PATH = "/v1/traces";
  private static final int WAITING = 4_096;
  private static final long CLOSE_SECONDS = 3;
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("fastroom.app");
  /** Of the library, which knows no other log than that of Java. Kept, or what was set of it would be forgotten. */
  private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");
  /** Where tokens may stand, in the query string of a socket's address. */
  private static final List<AttributeKey<String>> ADDRESSES = List.of(AttributeKey.stringKey("url.query"),
      AttributeKey.stringKey("url.full"), AttributeKey.stringKey("http.url"), AttributeKey.stringKey("http.target"));

  /** What Vert.x writes of a host that was named without one. */
  private static final Pattern NO_PORT = Pattern.compile("^([^/]*//[^/]*):-1(?=/|$)");

  private final OpenTelemetrySdk sdk;

  /** @param endpoint base URL of the receiver, or where exactly it takes traces */
  public Tracing(String endpoint, String nodeId) {
    LIBRARY.setUseParentHandlers(false);
    LIBRARY.addHandler(new OneLine());
    String base = endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint;
    OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder().setEndpoint(base.endsWith(PATH) ? base : base + PATH)
        .setTimeout(Duration.ofSeconds(5)).setConnectTimeout(Duration.ofSeconds(2)).build();
    Resource resource = Resource.getDefault().toBuilder().put("service.name", "fastroom")
        .put("service.instance.id", nodeId).build();
    sdk = OpenTelemetrySdk.builder()
        .setTracerProvider(SdkTracerProvider.builder().setResource(resource).addSpanProcessor(new MendedAddresses())
            .addSpanProcessor(BatchSpanProcessor.builder(exporter).setMaxQueueSize(WAITING)
                .setScheduleDelay(Duration.ofSeconds(1)).build())
            .build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance())).build();
  }

  public VertxTracerFactory factory() {
    return new OpenTelemetryTracingFactory(sdk);
  }

  /** Sends what waits. Blocking. */
  public void close() {
    sdk.getSdkTracerProvider().shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /** A receiver that is away is worth a line in our own log, and no stack trace. */
  private static final class OneLine extends Handler {
    @Override
    public void publish(LogRecord said) {
      if (said.getLevel().intValue() >= Level.WARNING.intValue()) {
        Throwable cause = said.getThrown();
        while (cause instanceof CompletionException || cause instanceof UncheckedIOException) {
          cause = cause.getCause();
        }
        LOG.warn("traces: {}{}", said.getMessage(), cause == null ? "" : " " + cause);
      }
    }

    @Override
    public void flush() { }

    @Override
    public void close() { }
  }

  /** No token must be in a trace, and an address be one that can be called. */
  private static final class MendedAddresses implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      for (AttributeKey<String> address : ADDRESSES) {
        String text = span.getAttribute(address);
        if (text != null) {
          int query = address.getKey().equals("url.query") ? 0 : text.indexOf('?');
          span.setAttribute(address, NO_PORT.matcher(query < 0 ? text : text.substring(0, query)).replaceFirst("$1"));
        }
      }
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) { }

    @Override
    public boolean isEndRequired() {
      return false;
    }
  }
}
