package io.roundhouse.jobfile;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import io.roundhouse.program.Programs;
import io.roundhouse.simulation.SimulationSpec;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.Problem;
import io.roundhouse.spec.ProgramSpec;
import io.roundhouse.spec.Section;
import io.roundhouse.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A job file that was read without finding anything wrong.
 *
 * @param file where it came from
 * @param tree the document, overrides included
 * @param spec the job
 * @param simulation the sites to simulate
 */
public record JobFile(
    SpecFile file, Map<String, Object> tree, JobSpec spec, SimulationSpec simulation) {
  private static final int MOST_DEFINITION_BYTES = 256 << 10;

  public JobFile {
    requireNonNull(file, "file is null");
    requireNonNull(spec, "spec is null");
    requireNonNull(simulation, "simulation is null");
  }

  /**
   * Reads and checks a job for simulation.
   *
   * @throws Failure with every problem of the file and of the options
   */
  public static JobFile read(SpecFile file, Overrides overrides) {
    overrides.applyTo(file.tree());
    Section root = Section.root(file.tree());
    readDefinition(root, file);
    JobSpec spec = JobSpecReader.read(root);
    SimulationSpec simulation =
        SimulationSpec.read(root.section("simulation"), mapping(file.tree()), file.folder());
    checkProgram(root, spec, simulation);
    if (mapping(file.tree()).get("sites") instanceof Map<?, ?> named
        ? !named.isEmpty() && named.size() == simulation.names().size()
        : root.section("simulation").isSound("sites")) {
      JobSpecReader.check(root, spec, new TreeSet<>(simulation.names()));
    }
    List<Problem> found = root.problems();
    List<Problem> inFile = new ArrayList<>();
    List<String> problems = new ArrayList<>(overrides.take(found, inFile));
    problems.addAll(file.locate(inFile));
    if (!problems.isEmpty()) {
      throw Failure.badSpec(problems);
    }
    return new JobFile(file, file.tree(), spec, simulation);
  }

  /** A program that no simulated site can run is a mistake of the file. */
  private static void checkProgram(Section root, JobSpec spec, SimulationSpec simulation) {
    Section programs = root.section("simulation").section("programs");
    String name = spec.training().program().map(ProgramSpec::name).orElse("");
    if (!name.isEmpty() && !simulation.programs().containsKey(name)) {
      programs.problem(
          name,
          "is missing, perhaps you should bind the program's command here: {command: [python3,"
              + " ./train.py]}");
    }
    simulation
        .programs()
        .forEach(
            (program, binding) ->
                Programs.problem(binding).ifPresent(problem -> programs.problem(program, problem)));
  }

  /** Puts the text of a DL4J model's JSON file in place of the file's name. */
  static void readDefinition(Section root, SpecFile file) {
    if (!(file.tree().get("model") instanceof Map<?, ?> model)
        || !(model.get("definition") instanceof String name)
        || name.strip().startsWith("{")) {
      return;
    }
    try {
      new Overrides()
          .set("model.definition", "model.definition", definition(file.folder().resolve(name)))
          .applyTo(file.tree());
    } catch (IOException | InvalidPathException e) {
      root.section("model")
          .problem(
              "definition",
              "names "
                  + Text.quote(name)
                  + ", which cannot be read, perhaps you should check the path");
    }
  }

  private static String definition(Path file) throws IOException {
    if (Files.size(file) > MOST_DEFINITION_BYTES) {
      throw new IOException("too large");
    }
    return Files.readString(file);
  }

  /** Options that the command does not have, with the nearest that it has; not their values. */
  public static void refuseUnknown(
      Overrides overrides, List<String> unmatched, List<String> options) {
    boolean expectsValue = false;
    for (String argument : unmatched) {
      boolean isOption = argument.startsWith("-");
      if (isOption || !expectsValue) {
        int equals = argument.indexOf('=');
        String name = isOption && equals > 0 ? argument.substring(0, equals) : argument;
        overrides.problem(
            (isOption ? "there is no option " : "there is no argument ")
                + Text.quote(name)
                + Text.nearest(name, options)
                    .map(near -> ", perhaps you should write " + near)
                    .orElse(", perhaps you should look at --help"));
        expectsValue = isOption && equals < 0;
      } else {
        expectsValue = false;
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> mapping(Map<String, Object> tree) {
    return tree.get("simulation") instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }
}
