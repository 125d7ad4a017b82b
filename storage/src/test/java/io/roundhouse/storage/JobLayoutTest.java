package io.roundhouse.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import org.junit.jupiter.api.Test;

class JobLayoutTest {
  private final JobLayout layout = new JobLayout(new JobId("demo", "digits"));

  @Test
  void namesTheFilesOfAJob() {
    assertThat(layout.folder()).isEqualTo("demo/digits");
    assertThat(layout.spec()).isEqualTo("demo/digits/job.yml");
    assertThat(layout.versions()).isEqualTo("demo/digits/versions.json");
    assertThat(layout.metrics()).isEqualTo("demo/digits/metrics.csv");
    assertThat(layout.report()).isEqualTo("demo/digits/report.html");
    assertThat(layout.events()).startsWith("demo/digits/events.out.tfevents.");
    assertThat(layout.start()).isEqualTo("demo/digits/start.safetensors");
    assertThat(layout.best()).isEqualTo("demo/digits/best/manifest.json");
    assertThat(layout.result()).isEqualTo("demo/digits/final/manifest.json");
  }

  @Test
  void namesTheFilesOfARound() {
    assertThat(layout.global(7)).isEqualTo("demo/digits/rounds/00007/global.safetensors");
    assertThat(layout.state(7)).isEqualTo("demo/digits/rounds/00007/state.safetensors");
    assertThat(layout.manifest(123456)).isEqualTo("demo/digits/rounds/123456/manifest.json");
    assertThat(layout.update(0, new SiteName("site-a"), 2))
        .isEqualTo("demo/digits/rounds/00000/updates/site-a.2.safetensors");
    assertThatIllegalArgumentException().isThrownBy(() -> layout.global(-1));
  }
}
