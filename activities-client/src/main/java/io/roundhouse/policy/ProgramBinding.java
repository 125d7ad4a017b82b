package io.roundhouse.policy;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.Section;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The command that a site runs for a program's name. No shell reads it, and nothing from a job
 * becomes part of it.
 *
 * @param command the executable and its arguments
 * @param files those of the command that come with the policy, and must be there
 * @param environment variables that it gets besides the few that every program gets
 * @param threads how many threads its libraries are told to use
 * @param gpus how many devices it needs
 * @param memory of its own, bytes; that of the policy's limits if absent
 */
public record ProgramBinding(
    List<String> command,
    List<Path> files,
    SortedMap<String, String> environment,
    int threads,
    int gpus,
    Optional<Long> memory) {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");
  private static final int MOST_ARGUMENTS = 1_000;
  private static final int MOST_THREADS = 1_024;
  private static final String HERE = "./";

  public ProgramBinding {
    command = List.copyOf(command);
    files = List.copyOf(files);
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    requireNonNull(memory, "memory is null");
    if (command.isEmpty()) {
      throw new IllegalArgumentException("command is empty");
    }
  }

  /** A command with nothing special about it. */
  public static ProgramBinding of(String... command) {
    return new ProgramBinding(List.of(command), List.of(), new TreeMap<>(), 1, 0, Optional.empty());
  }

  /**
   * Reads a mapping of programs' names to their commands; what is wrong is noted in the section.
   *
   * @param base the folder that arguments beginning with {@code ./} are in
   */
  public static SortedMap<String, ProgramBinding> readAll(Section programs, Path base) {
    SortedMap<String, ProgramBinding> bindings = new TreeMap<>();
    for (String name : programs.keys()) {
      if (!JobId.isLabel(name)) {
        programs.problem(
            name,
            "cannot be a program's name, perhaps you should use 1 to 63 lower-case letters, digits"
                + " and inner dashes");
      }
      bindings.put(name, read(programs.section(name), base));
    }
    return bindings;
  }

  private static ProgramBinding read(Section program, Path base) {
    List<Path> files = new ArrayList<>();
    List<String> command = command(program, base, files);
    return new ProgramBinding(
        command,
        files,
        environment(program),
        program.integer("threads", 1, 1, MOST_THREADS),
        program.integer("gpus", 0, 0, MOST_THREADS),
        Bytes.read(program, "memory"));
  }

  private static List<String> command(Section program, Path base, List<Path> files) {
    List<String> words = program.texts("command");
    if (words.isEmpty() || words.size() > MOST_ARGUMENTS || words.get(0).isBlank()) {
      program.problem(
          "command",
          "must be a list of an executable and its arguments, as in [python3, ./train.py]; no shell"
              + " reads it");
      return List.of("false");
    }
    List<String> command = new ArrayList<>();
    for (String word : words) {
      try {
        if (word.indexOf('\0') >= 0) {
          program.problem("command", "holds a zero character: " + Text.quote(word));
        }
        if (word.startsWith(HERE)) {
          Path file = base.toAbsolutePath().resolve(word.substring(HERE.length())).normalize();
          files.add(file);
          command.add(file.toString());
        } else {
          command.add(word);
        }
      } catch (InvalidPathException e) {
        program.problem("command", "has a path that cannot be one: " + Text.quote(word));
      }
    }
    return command;
  }

  private static SortedMap<String, String> environment(Section program) {
    SortedMap<String, String> environment = new TreeMap<>();
    for (Map.Entry<String, Object> variable : program.scalars("environment").entrySet()) {
      if (!VARIABLE.matcher(variable.getKey()).matches()) {
        program
            .section("environment")
            .problem(variable.getKey(), "cannot be the name of an environment variable");
      }
      environment.put(variable.getKey(), String.valueOf(variable.getValue()));
    }
    return environment;
  }
}
