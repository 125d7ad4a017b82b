package io.roundhouse.training;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Seed;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.storage.DType;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorCopy;
import io.roundhouse.storage.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes initial models as safetensors files, without an engine where the spec itself says what the
 * tensors are. Memory does not grow with the model then.
 */
public final class InitialModel {
  private InitialModel() {}

  /**
   * The tensors that a model will have.
   *
   * @param trainer name of the job's trainer
   * @return none where only the job's start model says what they are
   * @throws ModelMismatchException if such a model cannot be made
   * @throws UnknownEngineException if it takes an engine that is not there
   */
  public static List<TensorSpec> shapes(String trainer, ModelSpec architecture, Seed seed) {
    return ModelShapes.known(architecture)
        .orElseGet(() -> specs(Engines.named(trainer).initialize(architecture, seed)));
  }

  /**
   * Draws a model: weights of two dimensions and more as in {@link GlorotInit}, others zero.
   *
   * @param file to be written
   * @param trainer name of the job's trainer
   * @throws ModelMismatchException if such a model cannot be made, or its file would not fit on the
   *     disk
   * @throws UnknownEngineException if it takes an engine that is not there
   */
  public static void draw(Path file, String trainer, ModelSpec architecture, Seed seed) {
    Optional<List<TensorSpec>> known = ModelShapes.known(architecture);
    if (known.isPresent()) {
      requireFitsDisk(known.get(), file);
      GlorotInit.write(file, known.get(), seed);
    } else {
      List<Tensor> model = Engines.named(trainer).initialize(architecture, seed);
      SafetensorsWriter.writeAll(file, model, Map.of());
    }
  }

  /**
   * Takes the tensors of a model that a job starts from, and nothing else of its file.
   *
   * @param start the model's file
   * @param wanted the tensors that it must have, in the order in which they are to be; none if they
   *     may be any
   * @param file to be written
   * @throws ModelMismatchException if it has others, or one that is not F32
   */
  public static void take(Path start, List<TensorSpec> wanted, Path file) {
    try (SafetensorsFile model = SafetensorsFile.open(start)) {
      model.tensors().forEach(InitialModel::requireF32);
      List<TensorSpec> tensors = wanted.isEmpty() ? model.tensors() : wanted;
      ModelShapes.requireSame(model.tensors(), tensors);
      TensorCopy.write(model, tensors, file, (tensor, element, values, count) -> {});
    }
  }

  private static void requireF32(TensorSpec tensor) {
    if (tensor.dtype() != DType.F32) {
      throw new ModelMismatchException(
          "tensor "
              + Text.quote(tensor.name())
              + " is "
              + tensor.dtype()
              + ", perhaps you should save the model in single precision (F32)");
    }
  }

  private static void requireFitsDisk(List<TensorSpec> tensors, Path file) {
    double bytes = tensors.stream().mapToDouble(TensorSpec::bytes).sum();
    Path folder = requireNonNull(file.toAbsolutePath().getParent(), "file is a root");
    long free = folder.toFile().getUsableSpace();
    if (bytes > free) {
      throw new ModelMismatchException(
          "the model has %.1f GB, but the disk of %s has %.1f GB left, perhaps you should make room"
                  .formatted(bytes / 1e9, folder, free / 1e9)
              + " or describe a smaller model");
    }
  }

  private static List<TensorSpec> specs(List<Tensor> model) {
    return model.stream().map(Tensor::spec).toList();
  }
}
