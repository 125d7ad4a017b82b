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
  private final Map<String, LoadedData> loaded = new ConcurrentHashMap<>();

  DataSets(Map<String, DataBinding> bindings) {
    this.bindings = new TreeMap<>(bindings);
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
          "no data set is bound to "
              + Text.quote(name)
              + ", perhaps you should "
              + Text.nearest(name, bindings.keySet())
                  .map(near -> "write " + Text.quote(near))
                  .orElse("bind it")
              + (bindings.isEmpty()
                  ? " (none is bound here)"
                  : " (bound here: " + String.join(", ", bindings.keySet()) + ")"));
    }
    return binding;
  }
}
