package io.roundhouse.node;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.DataBindings;
import io.roundhouse.kit.Kit;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.yaml.YamlException;
import io.roundhouse.yaml.YamlFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** What the organisation of a kit has written into its {@code local} folder. */
final class LocalFiles {
  private static final YamlFile.Kind POLICY =
      new YamlFile.Kind("site policy", "roundhouse provision");
  private static final YamlFile.Kind DATA =
      new YamlFile.Kind("list of data sets", "roundhouse provision", true);

  private LocalFiles() {}

  /** Where the site's policy is. */
  static Path policy(Kit kit) {
    return kit.local().resolve("policy.yml");
  }

  /**
   * Reads a policy.
   *
   * @throws YamlException with every problem, and where it stands
   */
  static SitePolicy readPolicy(Path file) {
    return read(file, POLICY, SitePolicy::read);
  }

  /**
   * The data sets in {@code data.yml}; none if there is no such file, or only comments in it.
   *
   * @throws YamlException with every problem, and where it stands
   */
  static SortedMap<String, DataBinding> data(Kit kit) {
    Path file = kit.local().resolve("data.yml");
    return Files.exists(file) ? read(file, DATA, DataBindings::read) : new TreeMap<>();
  }

  private static <T> T read(
      Path file, YamlFile.Kind kind, BiFunction<Map<String, Object>, Path, T> reader) {
    YamlFile yaml = YamlFile.read(file, kind);
    try {
      return reader.apply(yaml.tree(), yaml.folder());
    } catch (InvalidSpecException e) {
      throw new YamlException(yaml.locate(e.problems()));
    }
  }
}
