package io.roundhouse.spec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Locale;

/** The rule that turns a round's updates into the next global model. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = StrategySpec.FedAvg.class, name = "fedavg"),
  @JsonSubTypes.Type(value = StrategySpec.FedAdam.class, name = "fedadam"),
  @JsonSubTypes.Type(value = StrategySpec.FedMedian.class, name = "fedmedian")
})
public sealed interface StrategySpec {
  /** Mean weighted by examples (McMahan et al. 2017, arXiv 1602.05629). */
  record FedAvg() implements StrategySpec {}

  /**
   * Adam on the difference between the mean and the global model (Reddi et al. 2021, arXiv
   * 2003.00295), with Adam's bias correction in the step size.
   *
   * @param learningRate server step size
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param tau degree of adaptivity, the smaller the more
   */
  record FedAdam(double learningRate, double beta1, double beta2, double tau)
      implements StrategySpec {}

  /** Coordinate-wise median, unweighted (Yin et al. 2018, arXiv 1803.01498). */
  record FedMedian() implements StrategySpec {}

  /** Its name in a spec and in manifests. */
  default String name() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
