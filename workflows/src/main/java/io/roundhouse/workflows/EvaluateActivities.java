package io.roundhouse.workflows;

import io.roundhouse.domain.Metrics;
import io.temporal.activity.ActivityInterface;

/** Evaluation of a global model on rows that are held out, at a site or at the server. */
@ActivityInterface
public interface EvaluateActivities {
  /** Measures the model; zero examples where nothing is held out. */
  Metrics evaluate(EvaluateTask task);
}
