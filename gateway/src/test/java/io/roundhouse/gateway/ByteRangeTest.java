package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.gateway.ByteRange.UnsatisfiableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 0",
    "bytes=0-, 0, 99",
    "bytes=10-19, 10, 19",
    "bytes=10-1000, 10, 99",
    "bytes=99-99, 99, 99",
    "bytes=-1, 99, 99",
    "bytes=-1000, 0, 99",
    "bytes=0-999999999999999999, 0, 99"
  })
  void readsOneRange(String header, long first, long last) throws UnsatisfiableException {
    assertThat(ByteRange.of(header, 100)).contains(new ByteRange(first, last));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=0-1,3-4",
        "bytes=a-b",
        "items=0-1",
        "bytes=0-99999999999999999999999",
        "bytes=9223372036854775808-",
        "bytes=-9223372036854775808",
        "bytes=--1",
        "bytes=+1-2",
        "bytes=0x1-0x2"
      })
  void passesOverOtherForms(String header) throws UnsatisfiableException {
    assertThat(ByteRange.of(header, 100)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=999999999999999999-"})
  void refusesBytesThatAreNotThere(String header) {
    assertThatThrownBy(() -> ByteRange.of(header, 100)).isInstanceOf(UnsatisfiableException.class);
  }

  @Test
  void anEmptyObjectHasNoRanges() {
    assertThatThrownBy(() -> ByteRange.of("bytes=0-0", 0))
        .isInstanceOf(UnsatisfiableException.class);
    assertThatThrownBy(() -> ByteRange.of("bytes=-5", 0))
        .isInstanceOf(UnsatisfiableException.class);
  }
}
