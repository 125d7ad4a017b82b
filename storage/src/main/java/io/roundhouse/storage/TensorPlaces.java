package io.roundhouse.storage;

import static java.util.stream.Collectors.toMap;

import io.roundhouse.domain.Text;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds tensors by name: files may hold the same tensors in different orders. */
public final class TensorPlaces {
  /** Most differences that are told. */
  static final int MOST_DIFFERENCES = 5;

  private TensorPlaces() {}

  /**
   * What is missing, of another type or shape than in the model, or not in the model.
   *
   * @param found tensors of a file, or of a network
   * @param model the tensors that it should have, in whatever order
   * @return a clause for each, {@value #MOST_DIFFERENCES} at most; none if they are the same
   */
  public static List<String> differences(List<TensorSpec> found, List<TensorSpec> model) {
    Map<String, TensorSpec> byName = byName(found);
    Map<String, TensorSpec> wanted = byName(model);
    return Stream.concat(
            model.stream()
                .filter(spec -> !spec.equals(byName.get(spec.name())))
                .map(spec -> difference(byName, spec)),
            found.stream()
                .map(TensorSpec::name)
                .filter(name -> !wanted.containsKey(name))
                .map(name -> notInModel(name, wanted)))
        .limit(MOST_DIFFERENCES)
        .toList();
  }

  /**
   * Where the tensors of a model are.
   *
   * @param found tensors of a file, or of a network
   * @return for each tensor of the model its index in {@code found}
   * @throws IllegalArgumentException if there are {@link #differences}
   */
  public static int[] of(List<TensorSpec> found, List<TensorSpec> model) {
    List<String> differences = differences(found, model);
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", differences));
    }
    Map<String, Integer> places =
        IntStream.range(0, found.size()).boxed().collect(toMap(i -> found.get(i).name(), i -> i));
    return model.stream().map(TensorSpec::name).mapToInt(places::get).toArray();
  }

  private static Map<String, TensorSpec> byName(List<TensorSpec> tensors) {
    return tensors.stream().collect(toMap(TensorSpec::name, spec -> spec));
  }

  private static String difference(Map<String, TensorSpec> found, TensorSpec wanted) {
    TensorSpec other = found.get(wanted.name());
    if (other == null) {
      return tensor(wanted.name()) + " is missing";
    }
    return other.dtype() == wanted.dtype()
        ? tensor(wanted.name()) + " has shape " + other.shape() + ", not " + wanted.shape()
        : tensor(wanted.name())
            + " is "
            + other.dtype()
            + ", perhaps you should save it as "
            + wanted.dtype();
  }

  private static String notInModel(String name, Map<String, TensorSpec> model) {
    return tensor(name)
        + " is not in the model"
        + Text.nearest(name, model.keySet())
            .map(near -> ", perhaps you should name it " + Text.quote(near))
            .orElse("");
  }

  private static String tensor(String name) {
    return "tensor " + Text.quote(name);
  }
}
