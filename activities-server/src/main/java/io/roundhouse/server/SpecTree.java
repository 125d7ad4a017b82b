package io.roundhouse.server;

import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Job specs as trees of maps, lists and scalars. */
final class SpecTree {
  private SpecTree() {}

  /** The keys of which a lost job and the one that goes on from its rounds must have the same. */
  static List<String> differences(JobSpec before, JobSpec after) {
    List<String> keys = new ArrayList<>();
    note(keys, "project and name", before.job(), after.job());
    note(keys, "model", before.model(), after.model());
    note(keys, "model.start", before.start(), after.start());
    note(keys, "data", before.data(), after.data());
    note(keys, "seed", before.seed(), after.seed());
    note(keys, "strategy", before.strategy(), after.strategy());
    return keys;
  }

  private static void note(List<String> keys, String key, Object before, Object after) {
    if (!before.equals(after)) {
      keys.add(key);
    }
  }

  /**
   * @throws ApplicationFailure {@code InvalidSpec} with every problem
   */
  static JobSpec read(Map<String, Object> tree) {
    try {
      return JobSpecReader.read(tree);
    } catch (InvalidSpecException e) {
      throw ApplicationFailure.newNonRetryableFailure(
          String.valueOf(e.getMessage()), "InvalidSpec");
    }
  }
}
