package io.roundhouse.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.node.ServerSettings.Part;
import io.roundhouse.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSettingsTest {
  private final Path folder;

  ServerSettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private ServerSettings read(String more) throws IOException {
    return read("accessKey: a\nsecretKey: b\n", more);
  }

  private ServerSettings read(String keys, String more) throws IOException {
    Files.writeString(folder.resolve("store.keys"), keys);
    return ServerSettings.read(
        Files.writeString(
            folder.resolve("server.yml"), "store: {endpoint: \"http://127.0.0.1:9\"}\n" + more));
  }

  @Test
  void anAuthorityIsAPartOnlyWhereOneIsNamed() throws IOException {
    assertThat(read("").parts()).isEqualTo(EnumSet.complementOf(EnumSet.of(Part.CA)));
    assertThat(read("").enrolment()).isTrue();
    ServerSettings with = read("ca: {workspace: ../w, passphraseFile: p}\n");
    assertThat(with.parts()).isEqualTo(EnumSet.allOf(Part.class));
    assertThat(with.authority())
        .contains(
            new ServerSettings.Authority(folder.resolve("../w"), Optional.of(folder.resolve("p"))));
    assertThat(read("ca: {workspace: w}\nparts: [ca]\n").parts()).containsExactly(Part.CA);
  }

  @Test
  void saysWhatAnAuthorityNeeds() {
    assertThatThrownBy(() -> read("parts: [ca]\n"))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining("without a section ca, perhaps you should write");
    assertThatThrownBy(() -> read("ca: {passphrase: x}\n"))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining("workspace")
        .hasMessageContaining("passphrase");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "accessKey:\nsecretKey:\n", "accessKey: a", "secretKey: b"})
  void saysWhereTheStoresKeysGo(String keys) {
    assertThatThrownBy(() -> read(keys, ""))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining("1 problem:")
        .hasMessageContaining("store.keys', in which accessKey or secretKey is empty, perhaps")
        .hasMessageContaining("ROUNDHOUSE_STORE_ACCESS_KEY");
  }

  @Test
  void enrolmentCanBeSwitchedOff() throws IOException {
    assertThat(read("gateway: {enrolment: false}\n").enrolment()).isFalse();
  }
}
