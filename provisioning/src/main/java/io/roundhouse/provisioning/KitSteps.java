package io.roundhouse.provisioning;

import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes kits: every step that is found, phase by phase. */
final class KitSteps {
  private final List<KitStep> steps;

  private KitSteps(List<KitStep> steps) {
    this.steps = steps;
  }

  /** Those of this program and of jars on the class path. */
  static KitSteps found() {
    List<KitStep> found =
        ServiceLoader.load(KitStep.class).stream()
            .map(ServiceLoader.Provider::get)
            .collect(Collectors.toList());
    return new KitSteps(
        Stream.of(KitStep.Phase.values())
            .flatMap(phase -> found.stream().filter(step -> step.phase() == phase))
            .toList());
  }

  /** Makes one kit. */
  void make(KitPlan plan) throws IOException {
    KitDraft draft = new KitDraft();
    for (KitStep step : steps) {
      step.apply(plan, draft);
    }
  }
}
