package io.roundhouse.spec;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what a spec says of a program, and of models that only a program knows. */
final class ProgramReader {
  private static final Pattern PARAMETER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}");
  private static final int MOST_PARAMETERS = 100;
  private static final int LONGEST_TEXT = 1_000;
  private static final int LONGEST_NAME = 512;
  private static final int MOST_TENSORS = 10_000;
  private static final int MOST_DIMENSIONS = 32;
  private static final long MOST_ELEMENTS = 1L << 40;

  private ProgramReader() {}

  /** The program of a {@code training} section; empty where an engine trains. */
  static Optional<ProgramSpec> program(Section training, String trainer) {
    if (!trainer.equals(TrainingSpec.PROGRAM)) {
      for (String key : List.of("program", "parameters")) {
        if (training.has(key)) {
          training.problem(
              key,
              "is for the trainer program, not "
                  + trainer
                  + ", perhaps you should delete it or write trainer: program");
        }
        training.ignore(key);
      }
      return Optional.empty();
    }
    String name = training.text("program");
    if (training.has("program") && !JobId.isLabel(name)) {
      training.problem(
          "program",
          "must be a name of 1 to 63 lower-case letters, digits and inner dashes, not "
              + Text.quote(name)
              + ", perhaps you should let each site's policy bind such a name to its command");
    }
    Map<String, Object> parameters = training.scalars("parameters");
    if (parameters.size() > MOST_PARAMETERS) {
      training.problem("parameters", "has more than " + MOST_PARAMETERS + " keys");
    }
    Section section = training.section("parameters");
    parameters.forEach((key, value) -> check(section, key, value));
    return Optional.of(new ProgramSpec(name, parameters));
  }

  private static void check(Section parameters, String key, Object value) {
    if (!PARAMETER.matcher(key).matches()) {
      parameters.problem(
          key, "must be named by 1 to 63 letters, digits, dots, dashes and underscores");
    }
    if (value instanceof String text && text.length() > LONGEST_TEXT) {
      parameters.problem(key, "must have at most " + LONGEST_TEXT + " characters");
    }
    boolean wide = !(value instanceof Integer || value instanceof Long || value instanceof Double);
    if (value instanceof Number number && (wide || !Double.isFinite(number.doubleValue()))) {
      parameters.problem(
          key, "must be a number of 64 bits, not " + Text.quote(String.valueOf(value)));
    }
  }

  /** A model of type {@code tensors}. */
  static ModelSpec.Tensors tensors(Section model) {
    Section listed = model.section("tensors");
    List<ModelSpec.Tensors.Shape> shapes = new ArrayList<>();
    if (listed.keys().isEmpty() && !model.has("start")) {
      model.problem(
          "tensors",
          "is missing, perhaps you should list the model's tensors, as in 'weights: [64, 10]', or"
              + " give a start model");
    }
    if (listed.keys().size() > MOST_TENSORS) {
      model.problem(
          "tensors",
          "has more than " + MOST_TENSORS + " tensors, perhaps you should give a start model");
    }
    for (String name : listed.keys()) {
      if (name.isEmpty()
          || name.length() > LONGEST_NAME
          || name.equals("__metadata__")
          || name.chars().anyMatch(Character::isISOControl)) {
        listed.problem(name, "cannot be a tensor's name, perhaps you should use 1 to 512 letters");
      }
      List<Long> shape =
          listed.integers(name, 1, Integer.MAX_VALUE).stream().map(Integer::longValue).toList();
      if (!listed.has(name) || shape.size() > MOST_DIMENSIONS || !isPossible(shape)) {
        listed.problem(
            name,
            "must be a list of at most %d dimensions and 2^40 elements, as in [64, 10]"
                .formatted(MOST_DIMENSIONS));
      }
      shapes.add(new ModelSpec.Tensors.Shape(name, shape));
    }
    return new ModelSpec.Tensors(shapes);
  }

  private static boolean isPossible(List<Long> shape) {
    long elements = 1;
    for (long size : shape) {
      if (elements > MOST_ELEMENTS / size) {
        return false;
      }
      elements *= size;
    }
    return true;
  }

  /** Notes models that the trainer does not know. */
  static void checkModel(Section model, Section training, JobSpec spec) {
    if (!model.isSound("type") || !training.isSound("trainer")) {
      return;
    }
    String trainer = spec.training().trainer();
    boolean byProgram = trainer.equals(TrainingSpec.PROGRAM);
    if (spec.model() instanceof ModelSpec.Tensors && trainer.equals("dl4j")) {
      model.problem(
          "type",
          "is tensors, which the trainer dl4j does not know, perhaps you should write mlp, lenet or"
              + " dl4j, or another trainer");
    } else if (spec.model() instanceof ModelSpec.Dl4j && byProgram) {
      model.problem(
          "type",
          "is dl4j, which programs do not know, perhaps you should write tensors, or trainer: dl4j");
    }
  }
}
