package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.DataBinding;
import io.roundhouse.domain.SiteName;
import java.nio.file.Path;
import java.util.Map;

/**
 * A site as its worker is configured.
 *
 * @param name who it is
 * @param data its data sets by name
 * @param folder where it keeps checkpoints and updates while it works; made if absent
 */
public record Site(SiteName name, Map<String, DataBinding> data, Path folder) {
  public Site {
    requireNonNull(name, "name is null");
    data = Map.copyOf(data);
    requireNonNull(folder, "folder is null");
  }
}
