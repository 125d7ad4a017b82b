package io.roundhouse.storage;

import io.roundhouse.domain.Artifact;
import java.nio.file.Path;

/** What a task may read and write: the store itself, or what a gateway grants of it. */
public interface Artifacts {
  /**
   * Stores a content, which is read a piece at a time. The same bytes under the same path are the
   * same artifact: storing them again gives it back.
   *
   * @throws ArtifactExistsException if the path is taken by other bytes
   */
  Artifact putIfAbsent(String path, Content content);

  /**
   * Stores a file.
   *
   * @param file not to be changed in place any more; it may be deleted
   * @throws ArtifactExistsException if the path is taken by other bytes
   * @throws StorageException if the file cannot be read
   */
  default Artifact putIfAbsent(String path, Path file) {
    return putIfAbsent(path, Content.of(file));
  }

  /**
   * Copies an artifact to a file, which appears whole or not at all.
   *
   * @param target not to be changed in place: others may read the same file under another name
   * @throws ArtifactMissingException if the store does not hold it
   * @throws CorruptArtifactException if what the store holds has another size or digest
   */
  void download(Artifact artifact, Path target);
}
