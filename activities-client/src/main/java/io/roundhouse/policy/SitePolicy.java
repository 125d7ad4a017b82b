package io.roundhouse.policy;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.Section;
import io.roundhouse.spec.TrainingSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the organisation that owns a site allows. An absent list allows every name in its place, but
 * programs: only those that are bound are run.
 *
 * @param projects whose jobs are taken
 * @param submitters whose jobs are taken
 * @param trainers that may be used
 * @param programs the commands that programs' names stand for
 * @param data data sets that may be used
 * @param logs whether lines of logs and of programs may leave the site
 * @param limits what one task may take
 * @param hours when tasks may begin
 * @param slots what can be done at once
 */
public record SitePolicy(
    Optional<Set<String>> projects,
    Submitters submitters,
    Optional<Set<String>> trainers,
    SortedMap<String, ProgramBinding> programs,
    Optional<Set<String>> data,
    boolean logs,
    Limits limits,
    OpeningHours hours,
    Slots slots) {
  private static final String API_VERSION = "roundhouse/v1";
  private static final String KIND = "SitePolicy";
  private static final Set<String> ENGINES = Set.of("dl4j", "noop");

  public SitePolicy {
    projects = projects.map(Set::copyOf);
    requireNonNull(submitters, "submitters is null");
    trainers = trainers.map(Set::copyOf);
    programs = Collections.unmodifiableSortedMap(new TreeMap<>(programs));
    data = data.map(Set::copyOf);
    requireNonNull(limits, "limits is null");
    requireNonNull(hours, "hours is null");
    requireNonNull(slots, "slots is null");
  }

  /** What an empty policy says: every job, with the training engines; no programs, no logs. */
  public static SitePolicy standard() {
    return new SitePolicy(
        Optional.empty(),
        Submitters.ANYBODY,
        Optional.of(ENGINES),
        new TreeMap<>(),
        Optional.empty(),
        false,
        Limits.DEFAULT,
        OpeningHours.always(),
        Slots.forThisMachine());
  }

  /** That of a simulated site: everything, and the given programs. */
  public static SitePolicy open(Map<String, ProgramBinding> programs) {
    return new SitePolicy(
        Optional.empty(),
        Submitters.ANYBODY,
        Optional.empty(),
        new TreeMap<>(programs),
        Optional.empty(),
        true,
        Limits.DEFAULT,
        OpeningHours.always(),
        Slots.forThisMachine());
  }

  /**
   * Reads a {@code policy.yml}.
   *
   * @param tree as a YAML parser makes it
   * @param base the folder that arguments of commands beginning with {@code ./} are in
   * @throws InvalidSpecException with every problem
   */
  public static SitePolicy read(Map<String, Object> tree, Path base) {
    Section root = Section.root(tree);
    expect(root, "apiVersion", API_VERSION);
    expect(root, "kind", KIND);
    Section allow = root.section("allow");
    SortedMap<String, ProgramBinding> programs =
        ProgramBinding.readAll(allow.section("programs"), base);
    SitePolicy policy =
        new SitePolicy(
            Names.read(allow, "projects", JobId::isLabel),
            Submitters.read(allow.section("submitters")),
            Names.read(allow, "trainers", JobId::isLabel).or(() -> Optional.of(trainers(programs))),
            programs,
            Names.read(allow, "data", JobId::isLabel),
            allow.flag("logs", false),
            Limits.read(root.section("limits")),
            OpeningHours.read(root.section("hours")),
            Slots.read(root.section("slots")));
    programs.forEach(
        (name, program) -> {
          if (program.gpus() > policy.slots().gpus().size()) {
            root.section("allow")
                .section("programs")
                .section(name)
                .problem(
                    "gpus",
                    "is %d, but slots.gpus names %d, perhaps you should name more"
                        .formatted(program.gpus(), policy.slots().gpus().size()));
          }
        });
    if (!root.problems().isEmpty()) {
      throw new InvalidSpecException(root.problems());
    }
    return policy;
  }

  private static Set<String> trainers(Map<String, ProgramBinding> programs) {
    return programs.isEmpty() ? ENGINES : Set.of("dl4j", "noop", TrainingSpec.PROGRAM);
  }

  private static void expect(Section root, String key, String value) {
    String found = root.text(key, value);
    if (!found.equals(value)) {
      root.problem(key, "must be " + value + ", not " + Text.quote(found));
    }
  }

  /** The rules that a task breaks, in the words of the policy; none if it may be done. */
  public List<String> refusals(PolicyQuestion task) {
    List<String> broken = new ArrayList<>();
    Names.check(broken, "allow.projects", projects, task.job().project());
    broken.addAll(submitters.refusals(task.submitter()));
    Names.check(broken, "allow.trainers", trainers, task.trainer());
    if (task.trainer().equals(TrainingSpec.PROGRAM)) {
      String program = task.program().orElse("");
      Names.check(broken, "allow.programs", Optional.of(programs.keySet()), program);
    }
    Names.check(broken, "allow.data", data, task.data());
    return broken;
  }

  /** The rule that a training of so many rows breaks, if it breaks one. */
  public Optional<String> refusal(long rows, int epochs) {
    return limits
        .examples()
        .filter(most -> rows > most / epochs)
        .map(
            most ->
                "limits.examples is %d, less than %d rows in %d epochs"
                    .formatted(most, rows, epochs));
  }

  /** The command of a program. */
  public Optional<ProgramBinding> program(String name) {
    return Optional.ofNullable(programs.get(name));
  }

  /** The memory that a program may take, bytes. */
  public Optional<Long> memory(ProgramBinding program) {
    return program.memory().or(limits::memory);
  }
}
