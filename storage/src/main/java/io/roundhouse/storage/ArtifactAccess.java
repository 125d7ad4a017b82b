package io.roundhouse.storage;

/** Where tasks get their artifacts. */
@FunctionalInterface
public interface ArtifactAccess {
  /**
   * What one task may read and write.
   *
   * @param taskToken that of the task's activity: the claim to its artifacts
   */
  Artifacts forTask(byte[] taskToken);
}
