package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final long LARGE = 1 << 20;

  private final Path folder;

  AuditLogTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void holdsAcrossFilesAndRestarts() throws IOException {
    for (int run = 0; run < 3; run++) {
      write(20, 1000);
    }

    assertThat(AuditFile.in(folder)).hasSizeGreaterThan(3);
    assertThat(AuditLog.verify(folder)).isEqualTo(new AuditVerdict(60, List.of()));
    assertThat(AuditLog.verify(AuditFile.in(folder).get(2).path()).holds()).isTrue();
  }

  @Test
  void saysWhereALineWasChanged() throws IOException {
    write(10, LARGE);
    List<String> lines = lines();
    lines.set(4, lines.get(4).replace("thing 4", "thing 5"));
    rewrite(lines);

    assertThat(AuditLog.verify(folder).problems())
        .singleElement()
        .asString()
        .endsWith("line 6: it does not follow from the line before it");
  }

  @Test
  void saysWhereALineIsMissingAddedOrMoved() throws IOException {
    write(10, LARGE);
    List<String> whole = lines();

    List<String> missing = new ArrayList<>(whole);
    missing.remove(4);
    rewrite(missing);
    assertThat(AuditLog.verify(folder).problems()).singleElement().asString().contains("line 5: ");

    List<String> added = new ArrayList<>(whole);
    added.add(4, whole.get(3));
    rewrite(added);
    assertThat(AuditLog.verify(folder).problems()).first().asString().contains("line 5: ");

    List<String> moved = new ArrayList<>(whole);
    moved.set(4, whole.get(5));
    moved.set(5, whole.get(4));
    rewrite(moved);
    assertThat(AuditLog.verify(folder).problems()).first().asString().contains("line 5: ");

    List<String> beheaded = whole.subList(1, 10);
    rewrite(beheaded);
    assertThat(AuditLog.verify(folder).problems()).first().asString().contains("line 1: ");
  }

  @Test
  void everyChangedByteShows() throws IOException {
    write(3, LARGE);
    Path file = AuditFile.in(folder).get(0).path();
    byte[] whole = Files.readAllBytes(file);
    int beforeTheLastLine = new String(whole, UTF_8).lastIndexOf('\n', whole.length - 2);
    for (int i = 0; i < beforeTheLastLine; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      Files.write(file, changed);
      assertThat(AuditLog.verify(folder).holds()).as("byte %s", i).isFalse();
    }
  }

  @Test
  void aMissingFileShows() throws IOException {
    write(20, 1000);
    Files.delete(AuditFile.in(folder).get(1).path());

    assertThat(AuditLog.verify(folder).problems())
        .anySatisfy(problem -> assertThat(problem).contains("the file before it is missing"));
  }

  @Test
  void goesOnAfterAHalfLine() throws IOException {
    write(5, LARGE);
    Path file = AuditFile.in(folder).get(0).path();
    Files.writeString(file, "{\"n\":6,\"at\":\"20", StandardOpenOption.APPEND);
    assertThat(AuditLog.verify(folder).problems())
        .singleElement()
        .asString()
        .endsWith("line 6: it is cut off");

    write(5, LARGE);

    assertThat(AuditLog.verify(folder)).isEqualTo(new AuditVerdict(10, List.of()));
  }

  @Test
  void severalGatewaysShareAFolder() {
    try (AuditLog one = AuditLog.open(folder, "one", LARGE);
        AuditLog other = AuditLog.open(folder, "one-1", LARGE)) {
      one.record(entry("a")).join();
      other.record(entry("b")).join();
      assertThatThrownBy(() -> AuditLog.open(folder, "one", LARGE))
          .isInstanceOf(GatewayException.class)
          .hasMessageContaining("a name of its own");
    }

    assertThat(AuditLog.verify(folder)).isEqualTo(new AuditVerdict(2, List.of()));
  }

  @Test
  void oneDecisionIsOneLineWhateverItIsAbout() throws IOException {
    String evil = "x\",\"allowed\":true}\n{\"n\":99}\r\n\u2028\u0000\u001b[31m";
    try (AuditLog log = AuditLog.open(folder, "g", LARGE)) {
      log.record(AuditEntry.refused("", "1.2.3.4:5", evil, evil, evil)).join();
    }

    assertThat(lines()).hasSize(1);
    assertThat(new ObjectMapper().readTree(lines().get(0)).path("object").asText()).isEqualTo(evil);
    assertThat(lines().get(0)).doesNotContain("\u001b").doesNotContain("\u0000");
    assertThat(AuditLog.verify(folder).holds()).isTrue();
  }

  @Test
  void strangersCannotFloodIt() throws IOException {
    try (AuditLog log = AuditLog.open(folder, "g", LARGE)) {
      for (int i = 0; i < 10_000; i++) {
        log.recordStranger(entry("stranger"));
      }
      log.record(entry("friend")).join();
    }

    assertThat(lines().size()).isLessThan(1000);
    assertThat(lines().stream().anyMatch(line -> line.contains("were not written"))).isTrue();
    assertThat(AuditLog.verify(folder).holds()).isTrue();
  }

  private void write(int entries, long fileBytes) {
    try (AuditLog log = AuditLog.open(folder, "g", fileBytes)) {
      for (int i = 0; i < entries; i++) {
        log.record(entry("thing " + i)).join();
      }
    }
  }

  private static AuditEntry entry(String object) {
    return AuditEntry.refused("spiffe://demo/site/berlin", "1.2.3.4:5", "GET", object, "no");
  }

  private List<String> lines() throws IOException {
    return new ArrayList<>(Files.readAllLines(AuditFile.in(folder).get(0).path(), UTF_8));
  }

  private void rewrite(List<String> lines) throws IOException {
    Files.writeString(AuditFile.in(folder).get(0).path(), String.join("\n", lines) + "\n");
  }
}
