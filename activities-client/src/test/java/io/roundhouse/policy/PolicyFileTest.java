package io.roundhouse.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFileTest {
  @Test
  void isReadAgainOnlyWhenItHasChanged(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("policy.yml");
    AtomicInteger reads = new AtomicInteger();
    PolicyFile policy = new PolicyFile(file, path -> read(path, reads));
    assertThatThrownBy(policy::get)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("policy.yml has mistakes");

    write(file, "allow: {logs: false}", 1);
    assertThat(policy.get().logs()).isFalse();
    assertThat(policy.get().logs()).isFalse();
    assertThat(reads).hasValue(2);

    write(file, "allow: {logs: true }", 2);
    assertThat(policy.get().logs()).isTrue();

    write(file, "allow: {logs: maybe}", 3);
    assertThatThrownBy(policy::get).hasMessageContaining("allow.logs: must be true or false");
    assertThatThrownBy(policy::get).isInstanceOf(IllegalStateException.class);
    assertThat(reads).hasValue(4);

    write(file, "allow: {logs: true }", 4);
    assertThat(policy.get().logs()).isTrue();
  }

  private static void write(Path file, String yaml, int minute) throws IOException {
    Files.writeString(file, yaml);
    Files.setLastModifiedTime(file, FileTime.fromMillis(60_000L * minute));
  }

  private static SitePolicy read(Path file, AtomicInteger reads) {
    reads.incrementAndGet();
    try {
      return SitePolicyTest.read(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
