package io.roundhouse.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFuzzTest {
  private static final int FILES = 20_000;
  private static final int LONGEST_MESSAGE = 400;
  private static final long MOST_MEMORY = 2 << 20;
  private static final long MEMORY_OF_A_BYTE = 100;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Path folder;
  private final Path file;

  SafetensorsFuzzTest(@TempDir Path folder) {
    this.folder = folder;
    this.file = folder.resolve("model.safetensors");
  }

  /**
   * Whatever happens to a file's bytes: it is read in bounds, or refused with the one exception.
   */
  @Test
  @Timeout(300)
  void readsEachFileOrRefusesItInWords() throws IOException {
    SafetensorsWriter.writeAll(
        file,
        List.of(
            Tensor.of("dense.weight", List.of(2L, 3L), new float[] {1, 2, 3, 4, 5, 6}),
            Tensor.of("dense.bias", List.of(3L), new float[3])),
        Map.of("format", "pt"));
    byte[] fine = Files.readAllBytes(file);
    // Classes are loaded before anything is measured.
    try (SafetensorsFile first = SafetensorsFile.open(file)) {
      read(first);
    }
    int accepted = 0;
    for (int seed = 0; seed < FILES; seed++) {
      byte[] bytes = new RandomSafetensors(seed, fine).bytes();
      Files.write(file, bytes);
      try {
        accepted += isAccepted(bytes.length) ? 1 : 0;
      } catch (RuntimeException | Error e) {
        String start = new String(bytes, 0, Math.min(bytes.length, 2_000), ISO_8859_1);
        throw new AssertionError("seed " + seed + ", the file:\n" + start, e);
      }
    }
    assertThat(accepted).isBetween(FILES / 10, FILES / 2);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  private boolean isAccepted(int size) {
    long before = threads.getCurrentThreadAllocatedBytes();
    boolean accepted = false;
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      read(read);
      accepted = true;
    } catch (MalformedSafetensorsException e) {
      String message = String.valueOf(e.getMessage());
      assertThat(message).contains("perhaps you should").hasSizeLessThan(LONGEST_MESSAGE);
      assertThat(message.chars().anyMatch(Character::isISOControl))
          .as("control characters")
          .isFalse();
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .as("allocated bytes")
        .isLessThan(MOST_MEMORY + MEMORY_OF_A_BYTE * size);
    return accepted;
  }

  private static void read(SafetensorsFile file) {
    for (int tensor = 0; tensor < file.tensors().size(); tensor++) {
      TensorSpec spec = file.tensors().get(tensor);
      int elements = Math.toIntExact(spec.elements());
      if (spec.dtype() == DType.F32) {
        file.read(tensor, 0, new float[elements], 0, elements);
      } else {
        file.read(tensor, 0, new double[elements], 0, elements);
      }
    }
  }
}
