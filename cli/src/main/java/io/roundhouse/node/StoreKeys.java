package io.roundhouse.node;

import io.roundhouse.domain.Text;
import io.roundhouse.spec.Section;
import io.roundhouse.storage.StoreConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The keys of a server's store, which do not stand in its settings. */
final class StoreKeys {
  static final String ACCESS = "accessKey";
  static final String SECRET = "secretKey";

  private StoreKeys() {}

  /**
   * From the environment, or else from a file of {@code key: value} lines; none if something is
   * wrong with it.
   */
  static Map<String, String> read(Section section, Path folder) {
    String file = section.text("keys", "store.keys");
    Map<String, String> environment = System.getenv();
    if (environment.containsKey(StoreConfig.ACCESS_KEY_VARIABLE)
        && environment.containsKey(StoreConfig.SECRET_KEY_VARIABLE)) {
      return Map.of(
          ACCESS,
          environment.getOrDefault(StoreConfig.ACCESS_KEY_VARIABLE, ""),
          SECRET,
          environment.getOrDefault(StoreConfig.SECRET_KEY_VARIABLE, ""));
    }
    Map<String, String> keys = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(folder.resolve(file), StandardCharsets.UTF_8)) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          keys.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
      }
      if (Stream.of(ACCESS, SECRET).noneMatch(key -> keys.getOrDefault(key, "").isBlank())) {
        return keys;
      }
      problem(section, file, "in which accessKey or secretKey is empty");
    } catch (IOException e) {
      problem(section, file, "which cannot be read");
    }
    return Map.of();
  }

  private static void problem(Section section, String file, String why) {
    section.problem(
        "keys",
        "names the file "
            + Text.quote(file)
            + ", "
            + why
            + ", perhaps you should write accessKey: and secretKey: into it, or set "
            + StoreConfig.ACCESS_KEY_VARIABLE
            + " and "
            + StoreConfig.SECRET_KEY_VARIABLE);
  }
}
