package io.fastroom.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.net.Targets;
import io.fastroom.settings.AddressRange;
import io.fastroom.settings.AllowedTarget;
import io.fastroom.support.RawHttpServer;
import io.fastroom.support.TestCertificates;
import io.fastroom.webhook.Sender.Outcome;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of a try by what its receiver says. */
@Tag("slow")
class SenderTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.US_ASCII);

  private final Vertx vertx = Vertx.vertx();
  private final RawHttpServer receiver = new RawHttpServer();
  private final Sender sender = new Sender(vertx,
      new Targets(vertx, List.of(new AllowedTarget(null, AddressRange.parse("127.0.0.1"))), 4), 4);

  @AfterEach
  void close() {
    vertx.close().await();
    receiver.close();
  }

  private Outcome send(String url) {
    return sender.send(url, "whsec_c2VjcmV0", "msg_1", BODY).await();
  }

  @Test
  void what_is_no_answer_yet_is_not_taken_for_one() {
    for (String interim : List.of("100 Continue", "102 Processing", "103 Early Hints\r\nLink: </x>; rel=preload", "104 New",
        "199 Unheard of")) {
      receiver.answer(out -> out.write(("HTTP/1.1 " + interim + "\r\n\r\n").repeat(3) + OK));
      for (int i = 0; i < 2; i++) {
        assertThat(send(receiver.url())).as(interim).isEqualTo(new Outcome(200, null));
      }
    }
    assertThat(receiver.requests()).isEqualTo(10);
    assertThat(receiver.connections()).as("each answer was one of its request").isEqualTo(1);
  }

  @Test
  void what_was_said_late_counts_also_when_the_rest_does_not_come() {
    receiver.answer(out -> {
      // Less than a try may take, more than half of it.
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(6));
      out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nand then");
    });
    assertThat(send(receiver.url())).isEqualTo(new Outcome(200, null));
    receiver.answer(out -> { });
    assertThat(send(receiver.url())).isEqualTo(new Outcome(null, "The receiver did not answer within 10 seconds"));
  }

  @Test
  void a_certificate_is_to_blame_for_what_it_is() {
    TestCertificates certificates = new TestCertificates();
    certificates.sign("receiver", "localhost", "IP:127.0.0.1");
    PemKeyCertOptions own = new PemKeyCertOptions().addCertPath(certificates.path("receiver.crt"))
        .addKeyPath(certificates.path("receiver.key"));
    HttpServer secured = vertx.createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(own))
        .requestHandler(request -> request.response().end()).listen(0, "127.0.0.1").await();
    assertThat(send("https://127.0.0.1:" + secured.actualPort()).error())
        .isEqualTo("The receiver's certificate is not accepted");
    HttpServer plain = vertx.createHttpServer().requestHandler(request -> request.response().end())
        .listen(0, "127.0.0.1").await();
    assertThat(send("https://127.0.0.1:" + plain.actualPort()).error()).isEqualTo("TLS with the receiver failed");
  }
}
