package io.fastroom.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code options} of a database URL, which are arguments as on the command line of the server. Stateless. */
final class ServerOptions {
  private static final Pattern WORD = Pattern.compile("(?:\\\\.|[^\\s\\\\])+");
  private static final Pattern SETTING = Pattern.compile("(?s)([A-Za-z_][\\w.-]*)=(.*)");

  private ServerOptions() { }

  /**
   * @param session gets the settings among them, {@code -c name=value} and {@code --name=value}
   * @return the rest, for whoever is between us and the server and reads it; null for none
   */
  static String read(String options, Map<String, String> session) {
    List<String> rest = new ArrayList<>();
    List<String> words = new ArrayList<>(WORD.matcher(options).results().map(found -> found.group()).toList());
    while (!words.isEmpty()) {
      String word = words.remove(0);
      String setting = word.equals("-c") && !words.isEmpty() ? words.remove(0)
          : word.startsWith("-c") || word.startsWith("--") ? word.substring(2) : null;
      Matcher matcher = SETTING.matcher(setting == null ? "" : setting.replaceAll("\\\\(.)", "$1"));
      if (matcher.matches()) {
        session.put(matcher.group(1).replace('-', '_'), matcher.group(2));
      } else if (setting == null) {
        rest.add(word);
      } else {
        throw new IllegalArgumentException("the database URL has options with a -c that is no name=value");
      }
    }
    return rest.isEmpty() ? null : String.join(" ", rest);
  }
}
