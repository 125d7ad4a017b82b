package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What a site does with the global model in a round.
 *
 * @param trainer name of the training engine: {@code dl4j}; {@code noop}, which only adds one to a
 *     value; or {@code program}
 * @param epochs passes over the site's rows
 * @param batch rows in a step; a last short batch is kept
 * @param learningRate step size
 * @param optimizer rule of a step, started anew in each round
 * @param order order of the rows in an epoch
 * @param program what the trainer {@code program} runs; it is told the rest, and need not heed it
 */
public record TrainingSpec(
    String trainer,
    int epochs,
    int batch,
    double learningRate,
    Optimizer optimizer,
    Order order,
    Optional<ProgramSpec> program) {
  /** The trainer that is a program of each site's own. */
  public static final String PROGRAM = "program";

  /** Rule of a local step. */
  public enum Optimizer {
    /** Plain stochastic gradient descent. */
    SGD,
    /** Nesterov momentum of 0.9. */
    MOMENTUM,
    /** Adam with β₁ 0.9, β₂ 0.999, ε 1e-8 (arXiv 1412.6980). */
    ADAM
  }

  /** Order of the rows in an epoch. */
  public enum Order {
    /** Shuffled anew for every epoch, from the job's seed, the site, the round and the epoch. */
    SHUFFLE,
    /** As they stand in the file. */
    FILE
  }

  public TrainingSpec {
    requireNonNull(trainer, "trainer is null");
    requireNonNull(optimizer, "optimizer is null");
    requireNonNull(order, "order is null");
    requireNonNull(program, "program is null");
  }

  /** Training by an engine. */
  public TrainingSpec(
      String trainer,
      int epochs,
      int batch,
      double learningRate,
      Optimizer optimizer,
      Order order) {
    this(trainer, epochs, batch, learningRate, optimizer, order, Optional.empty());
  }
}
