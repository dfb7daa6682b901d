package io.fastroom.bench;

import io.fastroom.bench.Meter.Reading;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** The same request again and again over a number of connections, each of which waits for its answer. Thread: any. */
final class RestLoad {
  /** @param nodeMicros CPU time of the node per request; @param micros from request to the whole answer */
  record Answers(double perSecond, double nodeMicros, double nodePercent, int bytes, int failed, Histogram micros) { }

  private final Lab lab;
  private final Node node;
  private final RequestOptions request;
  private final Buffer body;
  private final Histogram micros = new ConcurrentHistogram(3);
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicBoolean stopped = new AtomicBoolean();

  /** @param token null for none; @param form a body, null for none */
  RestLoad(Lab lab, Node node, HttpMethod method, String path, String token, String form) {
    this(lab, node, method, path, token, form, "application/x-www-form-urlencoded");
  }

  RestLoad(Lab lab, Node node, HttpMethod method, String path, String token, String body, String type) {
    this.lab = lab;
    this.node = node;
    this.body = body == null ? null : Buffer.buffer(body);
    request = new RequestOptions().setMethod(method).setURI(path)
        .setHost("127.0.0.1").setPort(node.address().getPort());
    if (token != null) {
      request.putHeader("Authorization", "Bearer " + token);
    }
    if (body != null) {
      request.putHeader("Content-Type", type);
    }
  }

  private HttpClient client(int connections) {
    return lab.vertx().createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(connections));
  }

  /** The body of one answer. */
  String once() {
    HttpClient client = client(1);
    try {
      return ask(client).await().toString();
    } finally {
      client.close().await();
    }
  }

  Answers run(int connections, int warmUpSeconds, int seconds) throws InterruptedException {
    HttpClient client = client(connections);
    int bytes = ask(client).await().length();
    for (int i = 0; i < connections; i++) {
      again(client);
    }
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(warmUpSeconds, 0.5).toMillis());
    Meter meter = new Meter(List.of(node), lab.generator());
    micros.reset();
    Reading before = meter.read();
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(seconds, 1).toMillis());
    Histogram measured = micros.copy();
    Reading after = meter.read();
    stopped.set(true);
    client.close().await();
    long answers = Math.max(1, measured.getTotalCount());
    return new Answers(answers / after.seconds(before), (double) after.nodeMicros(before) / answers,
        after.nodePercent(before), bytes, failed.get(), measured);
  }

  private void again(HttpClient client) {
    if (stopped.get()) {
      return;
    }
    long start = System.nanoTime();
    ask(client).onComplete(answer -> {
      if (answer.succeeded()) {
        micros.recordValue((System.nanoTime() - start) / 1_000);
      } else if (!stopped.get()) {
        failed.incrementAndGet();
      }
      again(client);
    });
  }

  private Future<Buffer> ask(HttpClient client) {
    return client.request(request).compose(ready -> body == null ? ready.send() : ready.send(body))
        .compose(answer -> answer.body().compose(said -> answer.statusCode() / 100 == 2 ? Future.succeededFuture(said)
            : Future.failedFuture("answered by " + answer.statusCode() + " " + said)));
  }
}
