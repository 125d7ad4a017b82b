package io.roundhouse.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "A", "a b", "a/b", "../a", "a\n", "ä"})
  void refusesNamesThatAreNotLabels(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> new SiteName(name));
    assertThatIllegalArgumentException().isThrownBy(() -> new JobId("p", name));
  }

  @Test
  void aSiteHasAQueueOfItsOwn() {
    assertThat(new SiteName("charite").queue()).isEqualTo("site-charite");
  }

  @Test
  void aJobIdReadsBackWhatItWrites() {
    assertThat(JobId.parse(new JobId("p", "j-1").toString())).isEqualTo(new JobId("p", "j-1"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobId.parse("job"))
        .withMessageContaining("perhaps you should write project/name");
  }

  @Test
  void theStatementOfAnUpdateNamesAllThatCounts() {
    Artifact artifact = new Artifact("anywhere", new Digest("ab".repeat(32)), 1_234);
    Update update = new Update(new SiteName("berlin"), 2, artifact, 640, 0.5, 3);

    assertThat(update.statement(new JobId("ward", "digits"), 7, 1))
        .isEqualTo(
            """
            roundhouse-update/v1
            job ward/digits
            round 7
            take 1
            site berlin
            attempt 2
            sha256 %s
            bytes 1234
            examples 640
            """
                .formatted("ab".repeat(32)));
    assertThat(update.signed("MEQ=").statement(new JobId("ward", "digits"), 7, 1))
        .isEqualTo(update.statement(new JobId("ward", "digits"), 7, 1));
  }

  @Test
  void aDigestIsLowerCaseHex() {
    assertThat(Digest.of(new byte[32]).hex()).isEqualTo("0".repeat(64));
    assertThatIllegalArgumentException().isThrownBy(() -> new Digest("0".repeat(63)));
    assertThatIllegalArgumentException().isThrownBy(() -> new Digest("A".repeat(64)));
  }

  @Test
  void metricsAreWeighedByExamples() {
    assertThat(Metrics.mean(List.of(new Metrics(1, 0, 1), new Metrics(0, 4, 3))))
        .isEqualTo(new Metrics(0.25, 3, 4));
    assertThat(Metrics.mean(List.of())).isEqualTo(new Metrics(0, 0, 0));
  }

  @Test
  void seedsOfPartsDifferAndRepeat() {
    Seed seed = new Seed(42);
    assertThat(seed.derive("a").derive(1)).isEqualTo(seed.derive("a").derive(1));
    assertThat(List.of(seed, seed.derive(0), seed.derive(1), seed.derive("a"), seed.derive("b")))
        .doesNotHaveDuplicates();
  }

  /** The first numbers of SplitMix64 from seed 42, as the NumPy reference draws them. */
  @Test
  void drawsTheNumbersOfSplitMix64() {
    SplittableRandom random = new Seed(42).random();
    assertThat(random.nextLong()).isEqualTo(0xBDD732262FEB6E95L);
    assertThat(random.nextLong()).isEqualTo(0x28EFE333B266F103L);
  }

  @Test
  void findsTheNearestWord() {
    List<String> words = List.of("fedavg", "fedadam", "fedmedian");
    assertThat(Text.nearest("FedAvgg", words)).contains("fedavg");
    assertThat(Text.nearest("krum", words)).isEmpty();
    assertThat(Text.choices(words)).isEqualTo("fedavg, fedadam or fedmedian");
  }
}
