package io.fastroom.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a value must be.
 *
 * @param check throws an IllegalArgumentException for a value that is not allowed
 * @param allowed the rule in words, for whoever got it wrong
 */
record Rule(Consumer<String> check, String allowed) {
  static final Rule ANY = text("(?s).*", "any text");
  static final Rule PATH = new Rule(Path::of, "a path of characters that the locale has (LANG, LC_ALL)");
  static final Rule LIST = text("(?s).*", "a comma-separated list");
  static final Rule BOOLEAN = text("(?i)true|false|1|0|yes|no|on|off", "true or false");
  static final Rule ORIGINS = new Rule(each(OriginPattern::parse), OriginPattern.ALLOWED);
  static final Rule ADDRESSES = new Rule(each(AddressRange::parse), AddressRange.ALLOWED);
  static final Rule TARGETS = new Rule(each(AllowedTarget::parse), AllowedTarget.ALLOWED);
  static final Rule SITE = new Rule(Origin::ofUrl, "a URL like https://chat.example.org");
  static final Rule KEYS = new Rule(url -> Origin.ofUrl(url.replaceFirst("\\?[^#]*$", "")),
      "a URL like https://id.example.org/keys");
  /** Of a library that takes no other names for hosts than Java's own URIs do. */
  static final Rule ENDPOINT = new Rule(url -> {
    Origin.ofUrl(url);
    require(URI.create(url).getHost() != null);
  }, "a URL like http://localhost:4318, with no _ in the name of the host");
  private static final String WORD = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
  private static final Pattern SENT_FROM = Pattern.compile(
      "(|[^<>()\\[\\]\\\\,;:\"@\\p{Cntrl}]{1,100} <)((?=.{1,64}@)" + WORD + "(?:\\." + WORD + ")*@)([^<>:\\s]{1,190})(>?)");
  static final Rule SENDER = new Rule(Rule::sender,
      "an address like no-reply@example.org or Example <no-reply@example.org>");
  /** After these words come names of others' choice: the channel of general in x:room is that of room:general in x. */
  private static final String NAMESPACE_PART = "(?!(?:room|presence|rate)(?::|$))[A-Za-z][\\w.-]{0,63}";
  static final Rule NAMESPACE = text("(?:" + NAMESPACE_PART + "(?::" + NAMESPACE_PART + "){0,3})?",
      "letters, digits, . _ - and :, each part beginning with a letter and none of them room, presence or rate");
  private static final int MAX_DIGITS = 18;

  /** What it is in mail, where an international domain has another form. @throws IllegalArgumentException when it is none */
  static String sender(String given) {
    Matcher parts = SENT_FROM.matcher(given);
    require(parts.matches() && parts.group(1).isEmpty() == parts.group(4).isEmpty());
    Origin.Authority domain = Origin.Authority.parse(parts.group(3));
    require(domain != null);
    return parts.group(1) + parts.group(2) + domain.host() + parts.group(4);
  }

  static Rule text(String regex, String allowed) {
    Pattern pattern = Pattern.compile(regex);
    return new Rule(value -> require(pattern.matcher(value).matches()), allowed);
  }

  static Rule number(long min, long max) {
    return new Rule(value -> {
      require(value.matches("-?\\d{1," + MAX_DIGITS + "}"));
      require(Long.parseLong(value) >= min && Long.parseLong(value) <= max);
    }, "a whole number from " + min + " to " + max);
  }

  /** Seconds, down to a thousandth of one. */
  static Rule seconds(long max) {
    return new Rule(value -> {
      require(value.matches("\\d{1,9}(\\.\\d{1,3})?"));
      require(Double.parseDouble(value) <= max);
    }, "a number of seconds from 0 to " + max);
  }

  private static void require(boolean allowed) {
    if (!allowed) {
      throw new IllegalArgumentException();
    }
  }

  private static Consumer<String> each(Consumer<String> one) {
    return value -> split(value).forEach(one);
  }

  static List<String> split(String value) {
    return Arrays.stream(value.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList();
  }

  boolean allows(String value) {
    try {
      check.accept(value);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
