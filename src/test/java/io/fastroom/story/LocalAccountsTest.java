package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.Cluster;
import io.fastroom.support.IdentityProvider;
import io.fastroom.support.MailServer;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Rest;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A node with LOCAL_ACCOUNTS=false, mail and an identity provider. */
class LocalAccountsTest extends Story {
  private static final IdentityProvider IDENTITY = new IdentityProvider();
  private static final MailServer MAIL = new MailServer().start();
  private static NodeProcess node;

  @BeforeAll
  static void start() {
    Map<String, String> settings = new HashMap<>(IDENTITY.settings());
    settings.putAll(Map.of("LOCAL_ACCOUNTS", "false", "SMTP_URL", "smtp://127.0.0.1:" + MAIL.port(), "PUBLIC_URL",
        "https://chat.example.org"));
    node = Cluster.start(settings);
  }

  @AfterAll
  static void stop() {
    node.close();
    IDENTITY.close();
    MAIL.close();
    node.assertCleanLog(0);
  }

  @Test
  void an_email_is_verified_as_ever_and_leads_to_no_password() {
    String name = Names.unique("erin");
    String email = name.replaceAll("[._]", "-") + "@example.org";
    Rest rest = new Rest(node.url(), IDENTITY.key("RS256").sign(IDENTITY.claims("sub-" + name, name)));
    assertThat(rest.patch("/users/me", new JsonObject().put("email", email)).expect(200).json().getString("new_email"))
        .isEqualTo(email);
    Rest nobody = new Rest(node.url(), null);
    nobody.post("/email/verify", new JsonObject().put("token", MAIL.await(email).token())).expect(204);
    assertThat(rest.get("/users/me").expect(200).json().getBoolean("email_verified")).isTrue();
    rest.post("/users/me/email/verify").expect(202);
    assertThat(nobody.post("/email/verify", new JsonObject().put("token", "x")).expect(400).json().getString("code"))
        .isEqualTo("link_expired");
    for (String path : List.of("/password/forgot", "/password/reset")) {
      nobody.post(path, new JsonObject().put("email", email)).expect(404);
    }
  }

  @Test
  void neither_form_of_the_document_names_what_there_is_not() {
    Rest nobody = new Rest(node.url(), null);
    JsonObject document = nobody.get("/openapi.json").expect(200).json();
    assertThat(document.getJsonObject("paths").fieldNames()).contains("/users/me", "/logout")
        .doesNotContain("/register", "/token", "/refresh", "/password/forgot");
    assertThat(document.getJsonObject("components").getJsonObject("securitySchemes").fieldNames())
        .containsExactlyInAnyOrder("bearer", "query");
    assertThat(document.encode()).doesNotContain("\"password\":[]").doesNotContain("tokenUrl").doesNotContain("/token");
    String yaml = nobody.get("/openapi.yaml").expect(200).text();
    assertThat(yaml).startsWith("openapi: 3.1.0\n");
    assertThat(new JsonObject(new Yaml(new SafeConstructor(new LoaderOptions())).<Map<String, Object>>load(yaml)))
        .isEqualTo(document);
    assertThat(new Rest(one().url(), null).get("/openapi.yaml").expect(200).text())
        .contains("/register:", "tokenUrl: /token");
  }

  @Test
  void the_page_asks_for_no_password() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing() + " is missing");
    Browser page = closing(Browser.desktop());
    page.go(node.url()).see("#provider");
    page.seeNo("#account-form");
    page.seeNo("#account-tabs");
    page.screenshot("welcome-provider");
    page.go(node.url() + "/password").see("#none");
    page.seeNo("#forgot");
    assertThat(page.complaints()).isEmpty();
    page.go(one().url()).see("#account-form");
    page.seeNo("#provider");
  }
}
