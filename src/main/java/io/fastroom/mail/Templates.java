package io.fastroom.mail;

import io.fastroom.model.Letter.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.text.StringEscapeUtils;
import org.apache.commons.text.StringSubstitutor;

/**
 * What letters say, as text and as HTML: files of {@code conf/mail}, those in the folder the node was started in before
 * those it brings along. Immutable; any thread.
 */
final class Templates {
  private static final Pattern FORM = Pattern.compile("Subject: ([^\\r\\n]+)\\R\\R(.*)", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("\\{\\{([^}]*)}}");
  private static final Set<String> NAMES = Set.of("username", "link", "life", "site");

  /** What is sent. */
  record Filled(String subject, String text, String html) { }

  private final Map<Kind, Filled> templates = new EnumMap<>(Kind.class);

  private Templates() { }

  /** Blocking. @throws IOException saying which file is not as it must be */
  static Templates load(Path folder) throws IOException {
    Templates loaded = new Templates();
    for (Kind kind : Kind.values()) {
      Matcher form = FORM.matcher(read(folder, kind, "txt"));
      if (!form.matches()) {
        throw new IOException(kind.text() + ".txt must begin with a line \"Subject: …\" and an empty one");
      }
      loaded.templates.put(kind, new Filled(form.group(1), form.group(2), read(folder, kind, "html")));
    }
    return loaded;
  }

  private static String read(Path folder, Kind kind, String ending) throws IOException {
    String name = kind.text() + "." + ending;
    Path own = folder.resolve(name);
    String text;
    if (Files.exists(own)) {
      text = Files.readString(own);
    } else {
      try (InputStream file = Templates.class.getResourceAsStream("/mail/" + name)) {
        text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    Matcher names = NAME.matcher(text);
    while (names.find()) {
      if (!NAMES.contains(names.group(1))) {
        throw new IOException(name + " has {{" + names.group(1) + "}}, which is none of " + NAMES);
      }
    }
    if (kind.hasLink() && !text.contains("{{link}}")) {
      throw new IOException(name + " has no {{link}}");
    }
    return text;
  }

  Filled fill(Kind kind, Map<String, String> values) {
    Filled template = templates.get(kind);
    StringSubstitutor plain = new StringSubstitutor(values, "{{", "}}");
    StringSubstitutor escaped =
        new StringSubstitutor(name -> StringEscapeUtils.escapeHtml4(values.get(name)), "{{", "}}", '$');
    return new Filled(plain.replace(template.subject), plain.replace(template.text), escaped.replace(template.html));
  }
}
