package io.roundhouse.workflows;

import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.Overlay;
import io.roundhouse.spec.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A job's spec with what was changed of it while it ran. */
final class Settings {
  private static final Set<String> CHANGEABLE =
      new TreeSet<>(Set.of("training", "rounds", "evaluation", "stop", "updates", "approval"));

  private final Map<String, Object> original;
  private Map<String, Object> changed;
  private JobSpec spec;

  private Settings(Map<String, Object> original, Map<String, Object> changed, JobSpec spec) {
    this.original = original;
    this.changed = changed;
    this.spec = spec;
  }

  /**
   * Those of a job that begins.
   *
   * @throws InvalidSpecException with every problem
   */
  static Settings of(Map<String, Object> original, Set<SiteName> sites) {
    return new Settings(original, Map.of(), JobSpecReader.read(original, sites));
  }

  /** Those of a job that goes on; sites may have left since the spec was checked against them. */
  static Settings of(Map<String, Object> original, Map<String, Object> changed) {
    return new Settings(original, changed, JobSpecReader.read(Overlay.of(original, changed)));
  }

  /** The spec in force. */
  JobSpec spec() {
    return spec;
  }

  /** The spec in force, as a tree. */
  Map<String, Object> tree() {
    return Overlay.of(original, changed);
  }

  /** What was changed, as a tree. */
  Map<String, Object> changed() {
    return changed;
  }

  /**
   * Looks whether a change can be made. What was wrong before, because sites have left, is no
   * reason to refuse it.
   *
   * @throws InvalidSpecException with every problem
   */
  JobSpec check(Map<String, Object> change, Set<SiteName> sites) {
    List<Problem> problems = new ArrayList<>();
    for (String key : change.keySet()) {
      if (!CHANGEABLE.contains(key)) {
        problems.add(
            new Problem(
                key,
                "cannot be changed while the job runs, perhaps you should change "
                    + Text.choices(CHANGEABLE)
                    + ", or clone the job"));
      }
    }
    if (change.isEmpty()) {
      problems.add(
          new Problem("", "nothing is changed, perhaps you should name a key and its new value"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSpecException(problems);
    }
    Map<String, Object> after = Overlay.of(original, Overlay.of(changed, change));
    problems.addAll(JobSpecReader.problems(after, sites));
    problems.removeAll(JobSpecReader.problems(tree(), sites));
    if (!problems.isEmpty()) {
      throw new InvalidSpecException(problems);
    }
    return JobSpecReader.read(after);
  }

  void change(Map<String, Object> change, Set<SiteName> sites) {
    spec = check(change, sites);
    changed = Overlay.of(changed, change);
  }
}
