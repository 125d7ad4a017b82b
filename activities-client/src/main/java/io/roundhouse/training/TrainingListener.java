package io.roundhouse.training;

/** Who wants to know how a training goes. */
@FunctionalInterface
public interface TrainingListener {
  /**
   * A batch is done. An exception stops the training and comes out of it.
   *
   * @param epoch finished epochs
   * @param batch finished batches of the running epoch
   * @param loss mean loss of the running epoch so far
   * @param samples rows seen in all epochs
   */
  void batch(int epoch, int batch, double loss, long samples);
}
