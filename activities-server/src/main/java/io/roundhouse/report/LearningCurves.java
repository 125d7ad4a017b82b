package io.roundhouse.report;

import io.roundhouse.domain.RoundManifest;
import java.util.List;

/** Accuracy and loss of the global model over the rounds. */
final class LearningCurves {
  private LearningCurves() {}

  static Markup write(JobFacts facts) {
    List<RoundManifest> rounds =
        facts.record().rounds().stream()
            .filter(round -> round.evaluation().decisive().isPresent())
            .toList();
    Markup out = new Markup().open("section").element("h2", "Learning curves");
    if (rounds.isEmpty()) {
      return out.element("p", "No model has been evaluated yet.", "class", "note").close("section");
    }
    out.open("div", "class", "pair");
    for (Quantity quantity : Quantity.values()) {
      out.add(new LearningCurve(quantity, rounds, facts.best()).draw());
    }
    out.close("div");
    long broken =
        rounds.stream()
            .flatMap(round -> round.evaluation().decisive().stream())
            .filter(m -> !Double.isFinite(m.loss()) || !Double.isFinite(m.accuracy()))
            .count();
    if (broken > 0) {
      String note =
          Numbers.count(broken, "evaluation") + " without a finite value cannot be drawn.";
      out.element("p", note, "class", "note warning");
    }
    return out.close("section").line();
  }
}
