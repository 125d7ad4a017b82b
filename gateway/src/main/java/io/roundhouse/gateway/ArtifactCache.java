package io.roundhouse.gateway;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
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
 * while the file grows. Files are known by digest; the least recently used go first.
 */
final class ArtifactCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ArtifactCache.class);
  private static final int TRIES = 3;

  private final Path folder;
  private final long mostBytes;
  private final ArtifactStore store;
  private final Executor fetching;
  private final FileChannel lock;
  private final Map<Digest, CachedArtifact> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

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
      CachedArtifact known = entries.get(artifact.sha256());
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
    remove(artifact.sha256());
    Iterator<Map.Entry<Digest, CachedArtifact>> eldest = entries.entrySet().iterator();
    while (bytes + artifact.bytes() > mostBytes && eldest.hasNext()) {
      Map.Entry<Digest, CachedArtifact> next = eldest.next();
      if (next.getValue().isWhole()) {
        eldest.remove();
        discard(next.getKey(), next.getValue());
      }
    }
    FileChannel file =
        FileChannel.open(
            file(artifact.sha256()),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    CachedArtifact entry = new CachedArtifact(artifact, file);
    entry.use();
    entries.put(artifact.sha256(), entry);
    bytes += artifact.bytes();
    return entry;
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
    if (entries.get(entry.artifact().sha256()) == entry) {
      remove(entry.artifact().sha256());
    }
  }

  private void remove(Digest digest) {
    CachedArtifact entry = entries.remove(digest);
    if (entry != null) {
      discard(digest, entry);
    }
  }

  /** The file goes from the folder at once, and from the disk with its last reader. */
  private void discard(Digest digest, CachedArtifact entry) {
    bytes -= entry.artifact().bytes();
    try {
      Files.deleteIfExists(file(digest));
    } catch (IOException e) {
      LOG.warn("a cached file could not be removed: {}", e.toString());
    }
    entry.release();
  }

  private Path file(Digest digest) {
    return folder.resolve(digest.hex());
  }

  private void clear() throws IOException {
    List<Path> left;
    try (Stream<Path> found = Files.list(folder)) {
      left = found.filter(it -> it.getFileName().toString().matches("[0-9a-f]{64}")).toList();
    }
    for (Path file : left) {
      Files.delete(file);
    }
  }

  @Override
  public synchronized void close() {
    entries.forEach((digest, entry) -> discard(digest, entry));
    entries.clear();
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("the cache could not be closed: {}", e.toString());
    }
  }
}
