package io.fastroom.settings;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What is set: by the environment, else by {@code .env}, else by {@code conf/fastroom.properties}. The first that has a
 * value wins, and an empty value counts as none. The scripts read the settings here too, through {@link #main}.
 */
final class Sources {
  private static final String REDIS_URL = Setting.REDIS_URL.name();

  private Sources() { }

  /** Prints what is set in the folder it is started in, as assignments of a shell: {@code SETTING_PORT='8000'}. */
  public static void main(String[] args) {
    PrintStream shell = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    try {
      Map<String, String> values = read(Environment.read(), Path.of(""), System.err::println);
      Arrays.stream(Setting.values()).map(Setting::name).filter(values::containsKey)
          .forEach(name -> shell.println("SETTING_" + name + "='" + values.get(name).replace("'", "'\\''") + "'"));
    } catch (BadSetting e) {
      System.err.println("FastRoom: " + e.getMessage());
      System.exit(1);
    }
  }

  /**
   * The names and values of all sources, those of other programs included.
   *
   * @param warning is told of lines that are skipped
   * @throws BadSetting for a name that looks like one of ours
   */
  static Map<String, String> read(Map<String, String> environment, Path folder, Consumer<String> warning) {
    return read(environment, folder, warning, misspelling -> {
      throw misspelling;
    });
  }

  /** @param misspelling is told of each name that looks like one of ours, none of which is a setting */
  static Map<String, String> read(Map<String, String> environment, Path folder, Consumer<String> warning,
      Consumer<BadSetting> misspelling) {
    Map<String, String> conf = file(folder.resolve("conf/fastroom.properties"), environment, warning);
    Map<String, String> dotEnv = file(folder.resolve(".env"), environment, warning);
    Misspelling.checkAll(conf, misspelling);
    Misspelling.check(dotEnv, misspelling);
    Misspelling.check(environment, misspelling);
    Map<String, String> values = new TreeMap<>();
    for (Map<String, String> source : List.of(conf, dotEnv, environment)) {
      source.forEach((name, value) -> {
        if (!value.isBlank() && !Misspelling.isLink(name, value)) {
          // In a file, quotes mark what belongs to a value; the environment's surrounding spaces are accidental.
          values.put(name.equals("redis_url") ? REDIS_URL : name, source == environment ? value.strip() : value);
        }
      });
      // Within one source the upper-case name wins, since it is the documented one.
      if (!source.getOrDefault(REDIS_URL, "").isBlank()) {
        values.put(REDIS_URL, source.get(REDIS_URL).strip());
      }
    }
    return values;
  }

  private static Map<String, String> file(Path path, Map<String, String> environment, Consumer<String> warning) {
    if (!Files.isRegularFile(path)) {
      return Map.of();
    }
    try {
      return DotEnv.read(Files.readString(path), environment,
          line -> warning.accept(path + " line " + line + " is skipped: it is not NAME=value"));
    } catch (CharacterCodingException e) {
      throw BadSetting.file(path, "it is not UTF-8");
    } catch (IOException e) {
      throw BadSetting.file(path, e.toString());
    }
  }
}
