package io.roundhouse.storage;

import io.roundhouse.domain.Artifact;
import java.nio.file.Path;

/**
 * Artifacts of the store that this process has just made or passed on, in local files: they need
 * not be fetched. Copies may vanish at any time; the store is what counts.
 */
public interface LocalCopies {
  /** Where nothing is kept. */
  LocalCopies NONE =
      new LocalCopies() {
        @Override
        public boolean link(Artifact artifact, Path target) {
          return false;
        }

        @Override
        public void keep(Artifact artifact, Path file) {
          // Not here.
        }
      };

  /**
   * Gives a copy another name.
   *
   * @param target a file that must not be changed in place
   * @return false if there is no copy, or the target is on another disk
   */
  boolean link(Artifact artifact, Path target);

  /**
   * Takes note of what the store has just taken, if there is room.
   *
   * @param file will not be changed in place any more; it may be deleted
   */
  void keep(Artifact artifact, Path file);
}
