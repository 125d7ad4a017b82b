package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;
import io.roundhouse.storage.Artifacts;
import io.roundhouse.storage.MalformedSafetensorsException;
import io.roundhouse.storage.PrivateFolders;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.Tensor;
import io.roundhouse.storage.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Global models that were downloaded already, in a folder, shared by the sites of a JVM. */
public final class ModelCache {
  private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);
  private static final String SUFFIX = ".safetensors";

  /** A model has one of them, and may share it with others. */
  private static final int LOCKS = 64;

  private final Path folder;
  private final int files;
  private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();
  private final AtomicReference<SoftReference<List<Tensor>>> spare =
      new AtomicReference<>(new SoftReference<>(List.of()));
  private final LinkedHashMap<String, Path> used = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param folder made if absent; models found there are used
   * @param files most models to keep, at least 1; the least recently used goes first
   */
  public ModelCache(Path folder, int files) {
    if (files < 1) {
      throw new IllegalArgumentException("files is below 1: " + files);
    }
    this.folder = requireNonNull(folder, "folder is null");
    this.files = files;
    try {
      Files.createDirectories(folder);
      PrivateFolders.removeLeft(folder);
      try (Stream<Path> found = Files.list(folder)) {
        found
            .filter(file -> file.toString().endsWith(SUFFIX))
            .sorted()
            .forEach(file -> used.put(file.getFileName().toString(), file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the model cache " + folder + " cannot be used, perhaps you should set another folder",
          e);
    }
  }

  /**
   * The tensors of a model, from the folder or else from the store.
   *
   * @throws io.roundhouse.storage.StorageException if it cannot be downloaded whole
   */
  public List<Tensor> tensors(Artifact model, Artifacts store) {
    String name = model.sha256() + SUFFIX;
    Path file = folder.resolve(name);
    makeRoom(name);
    List<Tensor> tensors;
    synchronized (lock(name)) {
      tensors = read(model, file, store);
    }
    use(name, file);
    return tensors;
  }

  /**
   * Copies a model, from the folder or else from the store.
   *
   * @throws io.roundhouse.storage.StorageException if it cannot be downloaded whole
   */
  void copy(Artifact model, Artifacts store, Path target) {
    String name = model.sha256() + SUFFIX;
    Path file = folder.resolve(name);
    makeRoom(name);
    synchronized (lock(name)) {
      if (!Files.exists(file) || !hasSize(file, model.bytes())) {
        store.download(model, file);
      }
      try {
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "the model " + file + " cannot be copied, perhaps you should check the disk", e);
      }
    }
    use(name, file);
  }

  private static boolean hasSize(Path file, long bytes) {
    return file.toFile().length() == bytes;
  }

  /**
   * Takes tensors that nobody uses any more: the next model of the same shapes is read into them. A
   * large model that is new in every round costs the heap a whole collection otherwise.
   */
  void giveBack(List<Tensor> tensors) {
    spare.set(new SoftReference<>(tensors));
  }

  private List<Tensor> read(Artifact model, Path file, Artifacts store) {
    if (!Files.exists(file)) {
      store.download(model, file);
    }
    try {
      return read(file);
    } catch (MalformedSafetensorsException e) {
      LOG.warn("cached model {} is damaged and downloaded again: {}", file, e.getMessage());
      store.download(model, file);
      return read(file);
    }
  }

  private List<Tensor> read(Path file) {
    try (SafetensorsFile model = SafetensorsFile.open(file)) {
      List<Tensor> given = spare.getAndSet(new SoftReference<>(List.of())).get();
      if (given == null || !specs(given).equals(model.tensors())) {
        return model.readAll();
      }
      model.readAll(given);
      return given;
    }
  }

  private static List<TensorSpec> specs(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::spec).toList();
  }

  /** What is to go goes before another comes, so that there are never more than there may be. */
  private void makeRoom(String name) {
    boolean known;
    synchronized (used) {
      known = used.containsKey(name);
    }
    if (!known) {
      evict(files - 1);
    }
  }

  private void use(String name, Path file) {
    synchronized (used) {
      used.put(name, file);
    }
    evict(files);
  }

  private void evict(int most) {
    while (true) {
      Map.Entry<String, Path> eldest;
      synchronized (used) {
        if (used.size() <= most) {
          return;
        }
        eldest = used.entrySet().iterator().next();
        used.remove(eldest.getKey());
      }
      synchronized (lock(eldest.getKey())) {
        delete(eldest.getValue());
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("cached model {} cannot be deleted: {}", file, e.toString());
    }
  }

  /** Nobody holds two of them. */
  private Object lock(String name) {
    return locks[Math.floorMod(name.hashCode(), LOCKS)];
  }
}
