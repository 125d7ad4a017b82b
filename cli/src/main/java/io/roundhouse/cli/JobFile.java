package io.roundhouse.cli;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Text;
import io.roundhouse.simulation.SimulationSpec;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.Problem;
import io.roundhouse.spec.Section;
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
record JobFile(SpecFile file, Map<String, Object> tree, JobSpec spec, SimulationSpec simulation) {
  private static final int MOST_DEFINITION_BYTES = 256 << 10;

  JobFile {
    requireNonNull(file, "file is null");
    requireNonNull(spec, "spec is null");
    requireNonNull(simulation, "simulation is null");
  }

  /**
   * Reads and checks a job for simulation.
   *
   * @throws Failure with every problem of the file and of the options
   */
  static JobFile read(SpecFile file, Overrides overrides) {
    overrides.applyTo(file.tree());
    Section root = Section.root(file.tree());
    readDefinition(root, file);
    JobSpec spec = JobSpecReader.read(root);
    SimulationSpec simulation =
        SimulationSpec.read(root.section("simulation"), mapping(file.tree()), file.folder());
    List<Problem> found = new ArrayList<>(root.problems());
    if (found.isEmpty()) {
      found.addAll(againstSites(file.tree(), simulation.names()));
    }
    List<Problem> inFile = new ArrayList<>();
    List<String> problems = new ArrayList<>(overrides.take(found, inFile));
    problems.addAll(file.locate(inFile));
    if (!problems.isEmpty()) {
      throw Failure.badSpec(problems);
    }
    return new JobFile(file, file.tree(), spec, simulation);
  }

  /** Puts the text of a DL4J model's JSON file in place of the file's name. */
  private static void readDefinition(Section root, SpecFile file) {
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
  static void refuseUnknown(Overrides overrides, List<String> unmatched, List<String> options) {
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

  private static List<Problem> againstSites(Map<String, Object> tree, List<SiteName> sites) {
    try {
      JobSpecReader.read(tree, new TreeSet<>(sites));
      return List.of();
    } catch (InvalidSpecException e) {
      return e.problems();
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> mapping(Map<String, Object> tree) {
    return tree.get("simulation") instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }
}
