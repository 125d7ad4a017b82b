package io.roundhouse.data;

import io.roundhouse.domain.JobId;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.Section;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads a site's {@code data.yml}: the names of its data sets, and where each of them is. */
public final class DataBindings {
  private DataBindings() {}

  /**
   * Reads the whole document.
   *
   * @param tree as a YAML parser makes it
   * @param base folder that relative paths start from
   * @throws InvalidSpecException with every problem
   */
  public static SortedMap<String, DataBinding> read(Map<String, Object> tree, Path base) {
    Section root = Section.root(tree);
    SortedMap<String, DataBinding> bindings = new TreeMap<>();
    for (String name : root.keys()) {
      if (!JobId.isLabel(name)) {
        root.problem(
            name,
            "cannot be a data set's name, perhaps you should use 1 to 63 lower-case letters, digits"
                + " and inner dashes");
      }
      bindings.put(name, DataBinding.read(root.section(name), base));
    }
    if (!root.problems().isEmpty()) {
      throw new InvalidSpecException(root.problems());
    }
    return bindings;
  }
}
