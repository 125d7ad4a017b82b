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
    SiteName site = new SiteName("site-a");
    assertThat(layout.global(7, 1)).isEqualTo("demo/digits/rounds/00007/global.safetensors");
    assertThat(layout.state(7, 1)).isEqualTo("demo/digits/rounds/00007/state.safetensors");
    assertThat(layout.manifest(123456, 1)).isEqualTo("demo/digits/rounds/123456/manifest.json");
    assertThat(layout.update(0, 1, site, 2))
        .isEqualTo("demo/digits/rounds/00000/updates/site-a.2.safetensors")
        .startsWith(layout.updates(0, 1, site));
    assertThat(layout.late(7, 1, site)).isEqualTo("demo/digits/rounds/00007/late/site-a.json");
    assertThatIllegalArgumentException().isThrownBy(() -> layout.global(-1, 1));
  }

  @Test
  void namesTheFilesOfARoundThatWasBegunAgain() {
    SiteName site = new SiteName("site-a");
    assertThat(layout.round(7, 1)).isEqualTo("demo/digits/rounds/00007/");
    assertThat(layout.round(7, 2)).isEqualTo("demo/digits/rounds/00007.2/");
    assertThat(layout.manifest(7, 12)).isEqualTo("demo/digits/rounds/00007.12/manifest.json");
    assertThat(layout.update(7, 2, site, 1))
        .isEqualTo("demo/digits/rounds/00007.2/updates/site-a.1.safetensors");
    assertThatIllegalArgumentException().isThrownBy(() -> layout.round(7, 0));
  }
}
