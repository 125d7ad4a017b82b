package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobWorkflowTest {
  @ParameterizedTest
  @CsvSource({
    "fl/demo/job, fl/demo/job",
    "fl/demo/job/r00007, fl/demo/job",
    "fl/demo/job/r00007.2/b03, fl/demo/job",
    "fl/demo/nightly-2026-01-01T00:00:00Z, fl/demo/nightly-2026-01-01T00:00:00Z"
  })
  void knowsTheJobOfAWorkflow(String id, String job) {
    assertThat(JobWorkflow.require(id).job()).isEqualTo(job);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fl/",
        "fl/demo",
        "fl/demo/",
        "fed/demo",
        "provision/berlin",
        "xfl/demo/job",
        "fl/../fed/demo",
        "fl/demo/..",
        "fl/Demo/job",
        "fl/demo/job/",
        "fl/demo/job//r1",
        "fl/demo/job\nx",
        "fl/demo/ job",
        "fl/demo/job/a b"
      })
  void refusesOtherWorkflows(String id) {
    assertThatThrownBy(() -> JobWorkflow.require(id)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> JobWorkflow.start(id)).isInstanceOf(Refusal.class);
  }

  @Test
  void startsJobsOnly() {
    assertThat(JobWorkflow.start("fl/demo/job")).hasToString("demo/job");
    assertThatThrownBy(() -> JobWorkflow.start("fl/demo/job/r00001")).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> JobWorkflow.start("fl/demo/night-2026-01-01T00:00:00Z"))
        .isInstanceOf(Refusal.class);
  }
}
