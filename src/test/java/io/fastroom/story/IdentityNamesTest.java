package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Folders;
import io.fastroom.support.IdentityProvider;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Rest;
import io.fastroom.support.SigningKey;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A provider by a name that is not ASCII. */
class IdentityNamesTest extends Story {
  @Test
  void a_provider_is_reached_by_an_international_name() throws IOException {
    Path hosts = Files.writeString(Folders.kept("hosts-of-identity").resolve("hosts"),
        "127.0.0.1 localhost id.xn--bcher-kva.example\n");
    IdentityProvider identity = closing(new IdentityProvider());
    SigningKey key = identity.key("RS256");
    // To the letter, as its tokens name it.
    String issuer = identity.issuer().replace("127.0.0.1", "Id.bücher.example");
    identity.discovery(new JsonObject().put("issuer", issuer).put("jwks_uri", issuer + "/keys"));
    NodeProcess node = closing(new NodeProcess(Backends.postgres(), Backends.redis(),
        Map.of("OIDC_ISSUER", issuer, "OIDC_AUDIENCE", IdentityProvider.AUDIENCE))
        .java("-Djdk.net.hosts.file=" + hosts.toAbsolutePath()).start());
    String name = Names.unique("from_abroad");
    JsonObject me = new Rest(node.url(), key.sign(identity.claims("sub-" + name, name).put("iss", issuer)))
        .get("/users/me").expect(200).json();
    assertThat(me.getString("username")).isEqualTo(name.toLowerCase());
    node.assertCleanLog(0);
  }
}
