package io.roundhouse.site;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.Text;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Named data sets, each read when it is first asked for and then kept. */
final class DataSets {
  private final Map<String, DataBinding> bindings;
  private final String missing;
  private final String cure;
  private final Map<String, LoadedData> loaded = new ConcurrentHashMap<>();

  private DataSets(Map<String, DataBinding> bindings, String missing, String cure) {
    this.bindings = new TreeMap<>(bindings);
    this.missing = missing;
    this.cure = cure;
  }

  /** Those of a site. */
  static DataSets ofSite(Map<String, DataBinding> bindings) {
    return new DataSets(bindings, "no data set is bound to ", bindAt("site"));
  }

  /** Those that the server judges models with. */
  static DataSets ofServer(Map<String, DataBinding> bindings) {
    return new DataSets(
        bindings,
        "the server, which is to evaluate too, binds no data set to ",
        "write evaluation.central: false, or " + bindAt("server"));
  }

  private static String bindAt(String owner) {
    return "bind it in the %1$s's local/data.yml and start the %1$s again".formatted(owner);
  }

  /**
   * The data set of that name.
   *
   * @throws io.temporal.failure.ApplicationFailure {@code DataUnknown} if none has it
   * @throws io.roundhouse.data.DataException if it cannot be read
   */
  LoadedData named(String name) {
    DataBinding binding = binding(name);
    return loaded.computeIfAbsent(name, any -> binding.load());
  }

  /**
   * Where the data set of that name is.
   *
   * @throws io.temporal.failure.ApplicationFailure {@code DataUnknown} if none has it
   */
  DataBinding binding(String name) {
    DataBinding binding = bindings.get(name);
    if (binding == null) {
      throw Failures.permanent(
          Failures.DATA_UNKNOWN,
          missing
              + Text.quote(name)
              + ", perhaps you should "
              + Text.nearest(name, bindings.keySet())
                  .map(near -> "write " + Text.quote(near))
                  .orElse(cure)
              + (bindings.isEmpty()
                  ? " (none is bound here)"
                  : " (bound here: " + String.join(", ", bindings.keySet()) + ")"));
    }
    return binding;
  }
}
