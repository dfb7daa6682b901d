package io.fastroom.http;

import io.fastroom.internals.DirectMemory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.MimeMapping;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.zip.GZIPOutputStream;

/**
 * The files of the site, read once: the web client, the documentation and the two documents it shows.
 *
 * <p>Thread: any; nothing changes once they are loaded.
 */
final class Assets {
  private static final String SITE_POLICY = "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; "
      + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  /** Swagger UI writes style attributes. */
  private static final String DOCS_POLICY = "default-src 'self'; connect-src 'self' ws: wss:; "
      + "style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
      + "frame-ancestors 'none'";

  private record Asset(String type, Buffer content, Buffer gzipped, String etag) { }

  private final Map<String, Asset> assets = new HashMap<>();
  private final boolean localAccounts;

  private Assets(boolean localAccounts) {
    this.localAccounts = localAccounts;
  }

  /** @param localAccounts false for pages that do not ask for a password */
  static Future<Assets> load(Vertx vertx, Contract contract, boolean localAccounts) {
    return vertx.executeBlocking(() -> {
      Assets assets = new Assets(localAccounts);
      assets.add("/openapi.json", "application/json", contract.document().toBuffer());
      assets.add("/asyncapi.json", "application/json", Contract.yaml("/asyncapi.yaml").toBuffer());
      assets.add("/asyncapi.yaml", "application/yaml", resource("asyncapi.yaml"));
      assets.add("/openapi.yaml", "application/yaml",
          contract.left().isEmpty() ? resource("openapi.yaml") : contract.yaml());
      assets.docs(vertx.fileSystem());
      assets.folder(vertx.fileSystem(), "web", "/");
      return assets;
    });
  }

  private void docs(FileSystem files) throws IOException {
    Properties jar = new Properties();
    jar.load(Assets.class.getResourceAsStream("/META-INF/maven/org.webjars/swagger-ui/pom.properties"));
    String swagger = "META-INF/resources/webjars/swagger-ui/" + jar.getProperty("version") + "/";
    folder(files, "docs", "/docs/");
    add("/docs/swagger-ui.css", "text/css;charset=utf-8", resource(swagger + "swagger-ui.css"));
    add("/docs/swagger-ui-bundle.js", "text/javascript;charset=utf-8", resource(swagger + "swagger-ui-bundle.js"));
    add("/docs/favicon.png", "image/png", resource(swagger + "favicon-32x32.png"));
  }

  private void folder(FileSystem files, String folder, String path) {
    if (!files.existsBlocking(folder)) {
      return;
    }
    for (String file : files.readDirBlocking(folder)) {
      String name = Path.of(file).getFileName().toString();
      if (files.propsBlocking(file).isDirectory()) {
        folder(files, folder + "/" + name, path + name + "/");
      } else {
        String type = MimeMapping.mimeTypeForFilename(name);
        boolean text = type == null || type.startsWith("text/") || type.endsWith("javascript");
        Buffer content = name.equals("index.html") ? page(files.readFileBlocking(file)) : files.readFileBlocking(file);
        add(path + name, text ? (type == null ? "text/plain" : type) + ";charset=utf-8" : type, content);
        if (name.equals("index.html")) {
          add(path.length() == 1 ? path : path.substring(0, path.length() - 1), "text/html;charset=utf-8", content);
        }
      }
    }
  }

  /** Tells the page what it cannot ask for before anybody is signed in. */
  private Buffer page(Buffer file) {
    return localAccounts ? file : Buffer.buffer(file.toString().replace(
        "<meta name=\"local-accounts\" content=\"true\">", "<meta name=\"local-accounts\" content=\"false\">"));
  }

  private static Buffer resource(String name) throws IOException {
    try (InputStream file = Assets.class.getResourceAsStream("/" + name)) {
      return Buffer.buffer(file.readAllBytes());
    }
  }

  private void add(String path, String type, Buffer content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes());
      // Weak: the same for both encodings.
      String etag = "W/\"" + HexFormat.of().formatHex(digest, 0, 12) + '"';
      assets.put(path, new Asset(type, DirectMemory.kept(content), DirectMemory.kept(gzip(content)), etag));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Buffer gzip(Buffer content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content.getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  boolean has(String path) {
    return assets.containsKey(path);
  }

  /** Answers a GET of one of the files, or goes on. */
  void handle(RoutingContext ctx, Pieces pieces) {
    String path = ctx.normalizedPath();
    Asset asset = assets.get(path);
    if (asset == null) {
      ctx.next();
      return;
    }
    HttpServerResponse response = ctx.response().putHeader(HttpHeaders.ETAG, asset.etag)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache").putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
        .putHeader("Content-Security-Policy", path.startsWith("/docs") ? DOCS_POLICY : SITE_POLICY);
    String known = ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH);
    if (known != null && (known.contains(asset.etag) || known.strip().equals("*"))) {
      response.setStatusCode(304).end();
      return;
    }
    boolean gzipped = AcceptEncoding.prefersGzip(ctx.request());
    if (gzipped) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    Buffer content = gzipped ? asset.gzipped : asset.content;
    response.putHeader(HttpHeaders.CONTENT_TYPE, asset.type)
        .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(content.length()));
    if (ctx.request().method() == HttpMethod.HEAD) {
      response.end();
    } else {
      pieces.end(response, content);
    }
  }
}
