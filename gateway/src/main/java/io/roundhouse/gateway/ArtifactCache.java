package io.roundhouse.gateway;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Text;
import io.roundhouse.storage.ArtifactMissingException;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Artifacts that many sites read, fetched from the store once. Those who come meanwhile read along
 * while the file grows. The least recently used go first.
 */
final class ArtifactCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ArtifactCache.class);
  private static final int TRIES = 3;

  /** Each is an open file. */
  private static final int MOST_FILES = 64;

  private final Path folder;
  private final long mostBytes;
  private final ArtifactStore store;
  private final Executor fetching;
  private final FileChannel lock;
  private final Map<Artifact, CachedArtifact> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long made;

  /**
   * @param folder for this gateway only; what another run left in it is removed
   * @param mostBytes of all files; larger artifacts are not cached
   * @param fetching runs what waits for the store
   * @throws GatewayException if the folder cannot be used, or another process uses it
   */
  ArtifactCache(Path folder, long mostBytes, ArtifactStore store, Executor fetching) {
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.store = store;
    this.fetching = fetching;
    try {
      Files.createDirectories(folder);
      lock =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock.tryLock() == null) {
        throw new OverlappingFileLockException();
      }
      clear();
    } catch (IOException | OverlappingFileLockException e) {
      throw new GatewayException(
          "the cache folder "
              + folder
              + " cannot be used ("
              + e
              + "), perhaps you should give each gateway a folder of its own that can be written",
          e);
    }
  }

  /**
   * An artifact, there or on its way, to be released after use.
   *
   * @return empty if it cannot be cached: it is too large, or the disk is in trouble
   */
  Optional<CachedArtifact> open(Artifact artifact) {
    if (artifact.bytes() > mostBytes) {
      return Optional.empty();
    }
    CachedArtifact entry;
    synchronized (this) {
      CachedArtifact known = entries.get(artifact);
      if (known != null && known.failure() == null && known.use()) {
        return Optional.of(known);
      }
      try {
        entry = create(artifact);
      } catch (IOException e) {
        LOG.warn("no room in the cache, perhaps you should look after the disk: {}", e.toString());
        return Optional.empty();
      }
    }
    fetching.execute(() -> fetch(entry));
    return Optional.of(entry);
  }

  private CachedArtifact create(Artifact artifact) throws IOException {
    remove(artifact);
    makeRoom(artifact.bytes());
    Path path = nextPath();
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    CachedArtifact entry = new CachedArtifact(artifact, path, file);
    entry.use();
    add(entry);
    return entry;
  }

  private void makeRoom(long wanted) {
    Iterator<CachedArtifact> eldest = entries.values().iterator();
    while ((bytes + wanted > mostBytes || entries.size() >= MOST_FILES) && eldest.hasNext()) {
      CachedArtifact next = eldest.next();
      if (next.isWhole()) {
        eldest.remove();
        discard(next);
      }
    }
  }

  private Path nextPath() {
    made++;
    return folder.resolve(Long.toString(made));
  }

  private void add(CachedArtifact entry) {
    entries.put(entry.artifact(), entry);
    bytes += entry.artifact().bytes();
  }

  /** Gives an artifact that is whole another name; false if it is not here. */
  synchronized boolean link(Artifact artifact, Path target) {
    CachedArtifact entry = entries.get(artifact);
    if (entry == null || !entry.isWhole()) {
      return false;
    }
    try {
      Files.deleteIfExists(target);
      Files.createLink(target, entry.path());
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("{} is fetched from the store instead", artifact.path(), e);
      return false;
    }
  }

  /** Takes a file that the store has taken: those who read it need not wait for the store. */
  synchronized void keep(Artifact artifact, Path file) {
    if (artifact.bytes() > mostBytes || entries.containsKey(artifact)) {
      return;
    }
    try {
      makeRoom(artifact.bytes());
      Path path = nextPath();
      Files.createLink(path, file);
      CachedArtifact entry = new CachedArtifact(artifact, path, FileChannel.open(path));
      entry.complete();
      add(entry);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("{} is not kept at hand", artifact.path(), e);
    }
  }

  private void fetch(CachedArtifact entry) {
    for (int tries = 1; ; tries++) {
      try {
        store.copy(entry.artifact(), entry.writer());
        entry.complete();
        return;
      } catch (IOException | StorageException e) {
        boolean last = tries == TRIES || e instanceof ArtifactMissingException;
        LOG.warn(
            "{} could not be fetched from the store{}: {}",
            Text.quote(entry.artifact().path()),
            last ? "" : ", and is fetched again",
            e.toString());
        if (last) {
          forget(entry);
          entry.fail(e);
          return;
        }
      } catch (RuntimeException e) {
        forget(entry);
        entry.fail(e);
        throw e;
      }
    }
  }

  private synchronized void forget(CachedArtifact entry) {
    if (entries.get(entry.artifact()) == entry) {
      remove(entry.artifact());
    }
  }

  private void remove(Artifact artifact) {
    CachedArtifact entry = entries.remove(artifact);
    if (entry != null) {
      discard(entry);
    }
  }

  /** The file goes from the folder at once, and from the disk with its last reader. */
  private void discard(CachedArtifact entry) {
    bytes -= entry.artifact().bytes();
    try {
      Files.deleteIfExists(entry.path());
    } catch (IOException e) {
      LOG.warn("a cached file could not be removed: {}", e.toString());
    }
    entry.release();
  }

  private void clear() throws IOException {
    List<Path> left;
    try (Stream<Path> found = Files.list(folder)) {
      left = found.filter(it -> it.getFileName().toString().matches("[0-9a-f]+")).toList();
    }
    for (Path file : left) {
      Files.delete(file);
    }
  }

  @Override
  public synchronized void close() {
    entries.values().forEach(this::discard);
    entries.clear();
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("the cache could not be closed: {}", e.toString());
    }
  }
}
