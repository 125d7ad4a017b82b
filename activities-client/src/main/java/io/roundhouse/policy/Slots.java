package io.roundhouse.policy;

import io.roundhouse.spec.Section;
import java.util.HashSet;
import java.util.List;

/**
 * What a site can do at once.
 *
 * @param tasks trainings and evaluations, of all jobs together
 * @param gpus the devices that programs may use, as {@code CUDA_VISIBLE_DEVICES} names them
 */
public record Slots(int tasks, List<String> gpus) {
  private static final int MOST = 1_024;

  public Slots {
    gpus = List.copyOf(gpus);
  }

  /** One task for each core, no device. */
  static Slots forThisMachine() {
    return new Slots(Runtime.getRuntime().availableProcessors(), List.of());
  }

  static Slots read(Section slots) {
    List<String> gpus = slots.texts("gpus");
    if (new HashSet<>(gpus).size() < gpus.size()) {
      slots.problem("gpus", "names a device twice, perhaps you should delete one");
    }
    if (gpus.stream().anyMatch(gpu -> !gpu.matches("[A-Za-z0-9:/._-]{1,100}"))) {
      slots.problem("gpus", "must hold the numbers or UUIDs of devices, as in [0, 1]");
    }
    return new Slots(slots.integer("tasks", forThisMachine().tasks(), 1, MOST), gpus);
  }
}
