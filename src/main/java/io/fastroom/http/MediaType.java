package io.fastroom.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Content-Type. All its parameters are ignored except the character set, since all text is read as UTF-8.
 *
 * @param name in lower case
 */
record MediaType(String name, boolean utf8) {
  private static final String TOKEN = "[\\w!#$%&'*+.^`|~-]+";
  private static final Pattern FORM = Pattern.compile("\\s*(" + TOKEN + "/" + TOKEN + ")\\s*((?:;.*)?)");
  private static final Pattern PARAMETER =
      Pattern.compile("\\G\\s*;\\s*(?:(" + TOKEN + ")\\s*=\\s*(?:(" + TOKEN + ")|\"((?:[^\"\\\\]|\\\\.)*)\")\\s*)?");
  private static final Set<String> OURS = Set.of("utf-8", "utf8", "us-ascii", "ascii");

  /** From all Content-Type lines, which must agree. @return null when there is none, or it cannot be understood */
  static MediaType of(List<String> headers) {
    List<MediaType> types = headers.stream().map(MediaType::parse).distinct().toList();
    return types.size() == 1 ? types.get(0) : null;
  }

  private static MediaType parse(String header) {
    Matcher form = FORM.matcher(header);
    if (!form.matches()) {
      return new MediaType("", false);
    }
    Matcher parameters = PARAMETER.matcher(form.group(2));
    boolean utf8 = true;
    int end = 0;
    while (parameters.find() && parameters.end() > end) {
      end = parameters.end();
      String value = parameters.group(2) == null ? parameters.group(3) : parameters.group(2);
      utf8 &= !"charset".equalsIgnoreCase(parameters.group(1)) || OURS.contains(value.toLowerCase(Locale.ROOT));
    }
    boolean readable = end == form.group(2).length();
    return new MediaType(readable ? form.group(1).toLowerCase(Locale.ROOT) : "", utf8);
  }
}
