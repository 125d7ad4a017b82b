package io.roundhouse.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.Artifact;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store must do. */
abstract class StoreContract {
  private static final int MIB = 1 << 20;

  /** A connected store. */
  abstract ArtifactStore store();

  /** A connected store that sends files of more than a MiB in parts of five. */
  abstract ArtifactStore storeInParts();

  /** A folder in the bucket that no other test uses. */
  abstract String prefix();

  @Test
  void downloadsWhatWasPut(@TempDir Path folder) throws IOException {
    Artifact artifact = store().putIfAbsent(prefix() + "größe +&%20.bin", bytes(1000));
    Path target = folder.resolve("copy");
    store().download(artifact, target);

    assertThat(target).hasBinaryContent(bytes(1000));
    assertThat(artifact.sha256()).isEqualTo(Sha256.of(bytes(1000)));
    assertThat(artifact.bytes()).isEqualTo(1000);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(target);
    }
  }

  @Test
  void keepsAnEmptyArtifact(@TempDir Path folder) {
    Artifact artifact = store().putIfAbsent(prefix() + "empty", new byte[0]);
    store().download(artifact, folder.resolve("copy"));

    assertThat(folder.resolve("copy")).isEmptyFile();
    assertThat(store().read(prefix() + "empty", 0))
        .hasValueSatisfying(c -> assertThat(c).isEmpty());
  }

  @Test
  void takesTheSameBytesAgain(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("file"), bytes(1000));
    Artifact first = store().putIfAbsent(prefix() + "again", bytes(1000));

    assertThat(store().putIfAbsent(prefix() + "again", bytes(1000))).isEqualTo(first);
    assertThat(store().putIfAbsent(prefix() + "again", file)).isEqualTo(first);
  }

  @Test
  void refusesWhatChangedOnItsWay() {
    AtomicInteger readings = new AtomicInteger();
    Content changing =
        new Content() {
          @Override
          public long bytes() {
            return 1000;
          }

          @Override
          public InputStream from(long offset) {
            byte[] content = StoreContract.bytes(1000);
            content[500] += (byte) readings.getAndIncrement();
            return new ByteArrayInputStream(content, (int) offset, 1000);
          }
        };

    assertThatThrownBy(() -> store().putIfAbsent(prefix() + "changing", changing))
        .isInstanceOf(StorageException.class);
    assertThat(store().find(prefix() + "changing")).isEmpty();
  }

  @Test
  void refusesOtherBytesUnderATakenPath(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("file"), bytes(1001));
    store().putIfAbsent(prefix() + "taken", bytes(1000));
    byte[] sameSize = bytes(1000);
    sameSize[7]++;

    assertThatThrownBy(() -> store().putIfAbsent(prefix() + "taken", sameSize))
        .isInstanceOf(ArtifactExistsException.class);
    assertThatThrownBy(() -> store().putIfAbsent(prefix() + "taken", file))
        .isInstanceOf(ArtifactExistsException.class);
    assertThat(store().read(prefix() + "taken", 1000)).contains(bytes(1000));
  }

  @Test
  void letsOneOfManyWritersWin() throws Exception {
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      byte[] content = bytes(1000 + i);
      writers.add(
          () -> {
            try {
              store().putIfAbsent(prefix() + "race", content);
              return true;
            } catch (ArtifactExistsException e) {
              return false;
            }
          });
    }

    assertThat(together(writers)).containsOnlyOnce(true);
  }

  @Test
  void givesManyWritersOfTheSameBytesTheSameArtifact() throws Exception {
    Callable<Artifact> writer = () -> store().putIfAbsent(prefix() + "agreed", bytes(1000));

    assertThat(together(IntStream.range(0, 20).mapToObj(i -> writer).toList()))
        .containsOnly(new Artifact(prefix() + "agreed", Sha256.of(bytes(1000)), 1000));
  }

  @Test
  void streamsALargeFile(@TempDir Path folder) throws IOException {
    Path file = large(folder, 64);
    Artifact artifact = store().putIfAbsent(prefix() + "large", file);
    store().download(artifact, folder.resolve("copy"));

    assertThat(Files.mismatch(file, folder.resolve("copy"))).isEqualTo(-1);
  }

  @Test
  void sendsAFileInParts(@TempDir Path folder) throws IOException {
    Path file = large(folder, 12);
    Artifact artifact = storeInParts().putIfAbsent(prefix() + "parts", file);
    store().download(artifact, folder.resolve("copy"));

    assertThat(Files.mismatch(file, folder.resolve("copy"))).isEqualTo(-1);
    assertThat(storeInParts().putIfAbsent(prefix() + "parts", file)).isEqualTo(artifact);
    Files.write(file, bytes(12 * MIB));
    assertThatThrownBy(() -> storeInParts().putIfAbsent(prefix() + "parts", file))
        .isInstanceOf(ArtifactExistsException.class);
    assertThat(store().list(prefix() + "parts")).containsExactly(prefix() + "parts");
  }

  @Test
  void noticesThatAnArtifactWasReplaced(@TempDir Path folder) {
    Artifact artifact = store().putIfAbsent(prefix() + "replaced", bytes(1000));
    Path target = folder.resolve("copy");
    byte[] sameSize = bytes(1000);
    sameSize[999]++;

    for (byte[] other : List.of(sameSize, bytes(999), bytes(1001))) {
      store().replace(artifact.path(), other, "application/octet-stream");
      assertThatThrownBy(() -> store().download(artifact, target))
          .isInstanceOf(CorruptArtifactException.class)
          .hasMessageContaining("replaced");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void tellsThatAnArtifactIsMissing(@TempDir Path folder) {
    Artifact artifact = new Artifact(prefix() + "missing", Sha256.of(bytes(1)), 1);

    assertThatThrownBy(() -> store().download(artifact, folder.resolve("copy")))
        .isInstanceOf(ArtifactMissingException.class)
        .hasMessageContaining("missing");
    assertThat(store().read(prefix() + "missing", 10)).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void replacesAView() {
    store().replace(prefix() + "report.html", "one".getBytes(UTF_8), "text/html; charset=utf-8");
    store().replace(prefix() + "report.html", "two".getBytes(UTF_8), "text/html; charset=utf-8");

    assertThat(store().read(prefix() + "report.html", 10)).contains("two".getBytes(UTF_8));
  }

  @Test
  void boundsWhatItReads() {
    store().putIfAbsent(prefix() + "bounded", bytes(1000));

    assertThat(store().read(prefix() + "bounded", 1000)).contains(bytes(1000));
    assertThatThrownBy(() -> store().read(prefix() + "bounded", 999))
        .isInstanceOf(CorruptArtifactException.class);
  }

  @Test
  void listsPathsInOrder() {
    for (String name : List.of("b/2", "b/10", "a", "b/größe +&%20")) {
      store().putIfAbsent(prefix() + "list/" + name, bytes(1));
    }

    assertThat(store().list(prefix() + "list/"))
        .containsExactly(
            prefix() + "list/a",
            prefix() + "list/b/10",
            prefix() + "list/b/2",
            prefix() + "list/b/größe +&%20");
    assertThat(store().list(prefix() + "list/b/1")).containsExactly(prefix() + "list/b/10");
    assertThat(store().list(prefix() + "nothing/")).isEmpty();
  }

  @Test
  void deletesAnObject(@TempDir Path folder) {
    Artifact artifact = store().putIfAbsent(prefix() + "delete/größe +&%20", bytes(10));
    store().putIfAbsent(prefix() + "delete/größe +&%20.2", bytes(11));

    store().delete(artifact.path());
    store().delete(artifact.path());

    assertThat(store().list(prefix() + "delete/"))
        .containsExactly(prefix() + "delete/größe +&%20.2");
    assertThatThrownBy(() -> store().download(artifact, folder.resolve("copy")))
        .isInstanceOf(ArtifactMissingException.class);
    assertThat(store().putIfAbsent(artifact.path(), bytes(12)).bytes()).isEqualTo(12);
  }

  /** More objects than S3 lists or deletes at once. */
  @Test
  void deletesAFolderOfAnySizeAndNothingElse() {
    store().putIfAbsent(prefix() + "folder.2/kept", bytes(1));
    store().putIfAbsent(prefix() + "folder", bytes(1));
    IntStream.range(0, 1_050)
        .parallel()
        .forEach(
            i ->
                store().putIfAbsent(prefix() + "folder.1/" + i % 7 + "/größe +&%20" + i, bytes(1)));

    store().deleteAll(prefix() + "folder.1/");
    store().deleteAll(prefix() + "folder.1/");

    assertThat(store().list(prefix() + "folder"))
        .containsExactly(prefix() + "folder", prefix() + "folder.2/kept");
  }

  @Test
  void deletesAListOfAnyLengthAndNothingElse() {
    List<String> paths =
        IntStream.range(0, 1_050).mapToObj(i -> prefix() + "named/größe +&%20" + i).toList();
    store().putIfAbsent(prefix() + "named/kept", bytes(1));
    store().putIfAbsent(paths.get(0), bytes(1));
    store().putIfAbsent(paths.get(1_049), bytes(1));

    store().deleteAll(paths);
    store().deleteAll(paths);
    store().deleteAll(List.of());

    assertThat(store().list(prefix() + "named/")).containsExactly(prefix() + "named/kept");
  }

  @Test
  void doesNotDeleteByTheBeginningOfAName() {
    for (String folder : List.of("", "/", "a", "../", "a//")) {
      assertThatIllegalArgumentException().as(folder).isThrownBy(() -> store().deleteAll(folder));
    }
  }

  @Test
  void refusesPathsThatLeadElsewhere(@TempDir Path folder) {
    Artifact outside = new Artifact("../outside", Sha256.of(bytes(1)), 1);

    assertThatIllegalArgumentException().isThrownBy(() -> store().putIfAbsent("/a", bytes(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> store().putIfAbsent("../a", folder));
    assertThatIllegalArgumentException().isThrownBy(() -> store().read("a/../../b", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store().download(outside, folder.resolve("copy")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store().replace("a//b", bytes(1), "text/csv"));
    assertThatIllegalArgumentException().isThrownBy(() -> store().delete("a/../b"));
  }

  static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new SplittableRandom(count).nextBytes(bytes);
    return bytes;
  }

  private static Path large(Path folder, int mebibytes) throws IOException {
    Path file = folder.resolve("large");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < mebibytes; i++) {
        out.write(bytes(MIB + i), 0, MIB);
      }
    }
    return file;
  }

  private static <T> List<T> together(List<Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(tasks)) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }
}
