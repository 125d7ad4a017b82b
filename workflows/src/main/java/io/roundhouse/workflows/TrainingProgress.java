package io.roundhouse.workflows;

/**
 * Heartbeat of a training.
 *
 * @param epoch finished epochs
 * @param batch finished batches of the running epoch
 * @param loss mean loss of the running epoch so far
 * @param samples rows seen in all epochs
 */
public record TrainingProgress(int epoch, int batch, double loss, long samples) {}
