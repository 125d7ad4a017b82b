package io.roundhouse.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFoldersTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void removesWhatProcessesLeftThatAreGone() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Path work = Files.createDirectories(folder.resolve(gone.pid() + "-1-work/deeper"));
    Files.writeString(work.resolve("update"), "weights");
    Files.writeString(folder.resolve("." + gone.pid() + "-1-9.part"), "half a model");
    Path sameNumber = folder.resolve(ProcessHandle.current().pid() + "-1-work");
    Files.createDirectory(sameNumber);
    Path ours = new PrivateFolders(folder).fresh();
    Path other = Files.writeString(folder.resolve("model.safetensors"), "a model");

    PrivateFolders.removeLeft(folder);

    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(ours, other);
    }
  }

  @Test
  void onlyTheOwnerLooksIntoAFolder() throws IOException {
    Path fresh = new PrivateFolders(folder.resolve("later")).fresh();
    assertThat(Files.getPosixFilePermissions(fresh))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void afterAFailedWriteThereIsNoPartOfTheFile() {
    Path target = folder.resolve("model");
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    target,
                    out -> {
                      out.write(1);
                      assertThat(folder)
                          .isDirectoryContaining(
                              part ->
                                  part.getFileName()
                                      .toString()
                                      .startsWith("." + ProcessHandle.current().pid() + "-"));
                      throw new IOException("the line is cut");
                    }))
        .hasMessage("the line is cut");
    assertThat(folder).isEmptyDirectory();
  }
}
