package io.fastroom.settings;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Names that look like settings of ours but are not, so that nobody believes to have set what is never read.
 *
 * <p>An environment is full of other programs' variables. Ours have the prefixes {@code FASTROOM_} and {@code WS_}. Any
 * other name counts as a misspelling only when it is closer to a setting than names are by chance: it begins as the
 * setting does, and at most a quarter of its letters differ ({@code DATABSE_URL}, {@code TRUSTED_PROXY}); in short
 * names only the underscores may ({@code LOGLEVEL}). A secret in a file ({@code DATABASE_URL_FILE}) is none of ours
 * either. No name counts as a misspelling of {@code HOST}, {@code PORT} or {@code DEBUG}. Variables that Kubernetes sets
 * for a service ({@code FASTROOM_SERVICE_HOST}, {@code FASTROOM_PORT_8000_TCP}) are ignored.
 */
final class Misspelling {
  private static final Set<String> OUR_PREFIXES = Set.of("FASTROOM_", "WS_");
  private static final String OUR_NAME = "FASTROOM";
  private static final Pattern OF_KUBERNETES =
      Pattern.compile(".*_SERVICE_(HOST|PORT(_\\w+)?)|.*_PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");
  private static final Pattern LINK = Pattern.compile("(tcp|udp|sctp)://\\S+");
  private static final Pattern SEPARATORS = Pattern.compile("[_.-]");
  private static final Pattern SYNONYM_OF_URL = Pattern.compile("UR[IN]S?$|URLS$");
  /** An environment has a hundred names and more, each to be held against all of them. */
  private static final Map<Setting, String> LETTERS = Arrays.stream(Setting.values())
      .collect(Collectors.toUnmodifiableMap(setting -> setting, setting -> letters(setting.name())));
  /** Shorter names are too similar to many others. */
  private static final int SHORT = 9;
  private static final int TOO_SHORT = 6;
  /** A word of two letters and its underscore. */
  private static final int SHORT_WORD = 3;

  private Misspelling() { }

  /** Variables that nobody set on purpose: links to services, including services named like ours. */
  static boolean isLink(String name, String value) {
    return name.endsWith("_PORT") && LINK.matcher(value).matches();
  }

  /** @param found is told of each variable of an environment, or of a {@code .env}, that looks like a setting */
  static void check(Map<String, String> variables, Consumer<BadSetting> found) {
    for (String name : variables.keySet().stream().sorted().toList()) {
      if (!isKnown(name) && !OF_KUBERNETES.matcher(name).matches() && !isLink(name, variables.get(name))) {
        boolean ours = OUR_PREFIXES.stream().anyMatch(name.toUpperCase(Locale.ROOT)::startsWith);
        Optional<Setting> meant = ours || isFileOfSecret(name) ? Optional.of(nearest(name)) : near(name);
        meant.ifPresent(setting -> found.accept(BadSetting.unknown(name, setting)));
      }
    }
  }

  /** @param found is told of each unknown name, in a file that is only ours */
  static void checkAll(Map<String, String> variables, Consumer<BadSetting> found) {
    variables.keySet().stream().filter(name -> !isKnown(name))
        .forEach(name -> found.accept(BadSetting.unknown(name, nearest(name))));
  }

  private static boolean isKnown(String name) {
    return name.equals("redis_url") || Arrays.stream(Setting.values()).anyMatch(known -> known.name().equals(name));
  }

  /** As other programs take secrets; the node would go on as if none were set, on servers of its own. */
  private static boolean isFileOfSecret(String name) {
    return Arrays.stream(Setting.values()).anyMatch(known -> known.secret() && name.equalsIgnoreCase(known + "_FILE"));
  }

  private static Setting nearest(String name) {
    return Arrays.stream(Setting.values()).min(Comparator.comparingInt(known -> distance(name, known))).orElseThrow();
  }

  private static Optional<Setting> near(String name) {
    return Arrays.stream(Setting.values())
        .filter(known -> LETTERS.get(known).charAt(0) == Character.toUpperCase(name.charAt(0)))
        .filter(known -> !isOfAnother(name, known))
        .filter(known -> LETTERS.get(known).length() >= TOO_SHORT && distance(name, known) <= tolerated(known))
        .min(Comparator.comparingInt(known -> distance(name, known)));
  }

  /** {@code REDIS_TLS}, which many images have, lacks no letters of {@code REDIS_TLS_CA} but a whole short word. */
  private static boolean isOfAnother(String name, Setting known) {
    return known.name().startsWith(name + "_") && known.name().length() - name.length() <= SHORT_WORD;
  }

  private static int tolerated(Setting known) {
    int length = LETTERS.get(known).length();
    return length < SHORT ? 0 : length / 4;
  }

  private static int distance(String name, Setting known) {
    String letters = letters(name);
    int whole = LevenshteinDistance.getDefaultInstance().apply(letters, LETTERS.get(known));
    // Some people prefix every name with the program's name.
    return letters.startsWith(OUR_NAME) ? Math.min(whole, LevenshteinDistance.getDefaultInstance()
        .apply(letters.substring(OUR_NAME.length()), LETTERS.get(known))) : whole;
  }

  /** Without what is most often mixed up: case, underscores, and synonyms of URL. */
  private static String letters(String name) {
    String letters = SEPARATORS.matcher(name.toUpperCase(Locale.ROOT)).replaceAll("");
    return SYNONYM_OF_URL.matcher(letters).replaceFirst("URL");
  }
}
