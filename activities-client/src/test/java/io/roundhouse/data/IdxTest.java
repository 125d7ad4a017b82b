package io.roundhouse.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  private static final int IMAGES = 0x803;
  private static final int LABELS = 0x801;

  private final Path images;
  private final Path labels;

  IdxTest(@TempDir Path folder) {
    this.images = folder.resolve("images");
    this.labels = folder.resolve("labels");
  }

  @Test
  void readsImagesAndLabels() throws IOException {
    write(images, IMAGES, new int[] {2, 1, 3}, 0, 51, 255, 1, 2, 3);
    write(labels, LABELS, new int[] {2}, 7, 255);
    Dataset rows = read();
    assertThat(rows.size()).isEqualTo(2);
    assertThat(rows.width()).isEqualTo(3);
    assertThat(rows.labels()).containsExactly(7, 255);
    float[] row = new float[3];
    rows.copyFeatures(0, row, 0);
    assertThat(row).containsExactly(0, 0.2f, 1);
  }

  @Test
  void readsGzip() throws IOException {
    write(images, IMAGES, new int[] {1, 1, 1}, 9);
    write(labels, LABELS, new int[] {1}, 3);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(Files.readAllBytes(images));
    }
    Files.write(images, bytes.toByteArray());
    assertThat(read().size()).isEqualTo(1);
  }

  @Test
  void refusesExchangedFiles() throws IOException {
    write(labels, IMAGES, new int[] {1, 1, 1}, 9);
    write(images, LABELS, new int[] {1}, 3);
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is not an IDX file of labels")
        .hasMessageContaining("0x00000803")
        .hasMessageContaining("not exchanged");
  }

  @Test
  void refusesCountsThatDiffer() throws IOException {
    write(images, IMAGES, new int[] {1, 1, 1}, 9);
    write(labels, LABELS, new int[] {2}, 3, 4);
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has 1 images, but there are 2 labels");
  }

  @Test
  void refusesFilesThatEndEarly() throws IOException {
    write(labels, LABELS, new int[] {2}, 3, 4);
    write(images, IMAGES, new int[] {2, 1, 2}, 9, 9, 9);
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("ends after 3 of 4 bytes");
    Files.write(images, new byte[] {0, 0, 8});
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cut short");
  }

  @Test
  void refusesSizesThatDoNotFitInMemory() throws IOException {
    write(labels, LABELS, new int[] {1}, 3);
    write(images, IMAGES, new int[] {1, Integer.MAX_VALUE, Integer.MAX_VALUE});
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("fit in memory");
    write(images, 0x804, new int[] {1, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE});
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("fit in memory");
    write(labels, LABELS, new int[] {Integer.MAX_VALUE}, 3);
    assertThatThrownBy(this::read).isInstanceOf(DataException.class);
  }

  @Test
  void refusesEmptyData() throws IOException {
    write(labels, LABELS, new int[] {0});
    write(images, IMAGES, new int[] {0, 1, 1});
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no labels");
  }

  private Dataset read() {
    return new DataBinding.Idx(images, labels, 255, new Split.None()).load().train();
  }

  private static void write(Path file, int magic, int[] shape, int... data) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + data.length).putInt(magic);
    for (int size : shape) {
      bytes.putInt(size);
    }
    for (int value : data) {
      bytes.put((byte) value);
    }
    Files.write(file, bytes.array());
  }
}
