package io.roundhouse.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trees of maps, lists and scalars, laid over each other. */
public final class Overlay {
  private Overlay() {}

  /**
   * The tree with the other's values in place of its own, mapping by mapping. A null takes a value
   * away: the reader then finds its default.
   */
  public static Map<String, Object> of(Map<String, Object> tree, Map<String, Object> other) {
    Map<String, Object> laid = new LinkedHashMap<>(tree);
    other.forEach((key, value) -> lay(laid, key, value));
    return laid;
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // a null value stands for no value
  private static void lay(Map<String, Object> tree, String key, @Nullable Object value) {
    tree.put(
        key,
        tree.get(key) instanceof Map<?, ?> before && value instanceof Map<?, ?> after
            ? of((Map<String, Object>) before, (Map<String, Object>) after)
            : value);
  }
}
