package io.roundhouse.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.168.1.10:8443, 192.168.1.10:8443, true",
    "192.168.1.10, 192.168.1.10:8443, true",
    "FL.Example.org:443, fl.example.org:443, false",
    "localhost, localhost:8443, false",
    "[::1]:9000, [0:0:0:0:0:0:0:1]:9000, true",
    "::1, [0:0:0:0:0:0:0:1]:8443, true",
    "[2001:DB8::1], [2001:db8:0:0:0:0:0:1]:8443, true"
  })
  void readsNamesAndAddressesWithPorts(String text, String canonical, boolean isIp) {
    Address address = Address.parse(text);

    assertThat(address).hasToString(canonical);
    assertThat(address.isIp()).isEqualTo(isIp);
    assertThat(Address.parse(canonical)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":8443",
        "a:0",
        "a:65536",
        "a:b",
        "a:99999999999",
        "*.example.org",
        "300.1.1.1",
        "1.2.3.4.",
        "1.2.3",
        "-a",
        "a_b",
        "a b",
        "a/b:1",
        "user@host",
        "[::g]:1",
        "[::1]:",
        "::g:1:2",
        "a..b"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
