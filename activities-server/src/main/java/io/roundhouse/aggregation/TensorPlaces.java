package io.roundhouse.aggregation;

import io.roundhouse.domain.Text;
import io.roundhouse.storage.SafetensorsFile;
import java.util.HashMap;
import java.util.Map;

/** Where tensors are in a file: files may hold the same tensors in different orders. */
final class TensorPlaces {
  private TensorPlaces() {}

  /** Index in {@link SafetensorsFile#tensors()} by name. */
  static Map<String, Integer> of(SafetensorsFile file) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < file.tensors().size(); i++) {
      places.put(file.tensors().get(i).name(), i);
    }
    return places;
  }

  /**
   * The index of a tensor.
   *
   * @throws AggregationException if it is not in the file
   */
  static int require(Map<String, Integer> places, String name) {
    Integer place = places.get(name);
    if (place == null) {
      throw new AggregationException(
          "tensor "
              + Text.quote(name)
              + " is missing, perhaps you should check the file against the global model first");
    }
    return place;
  }
}
