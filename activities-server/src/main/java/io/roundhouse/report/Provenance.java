package io.roundhouse.report;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.RoundManifest;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Which model came out, how to check it, and what it was made with. */
final class Provenance {
  private static final int LONGEST = 20_000;

  private Provenance() {}

  static Markup write(JobFacts facts) {
    Markup out = new Markup();
    Optional<Artifact> model =
        facts
            .record()
            .result()
            .flatMap(JobResult::model)
            .or(() -> facts.last().map(RoundManifest::model));
    out.open("section").element("h2", facts.state().isFinal() ? "Final model" : "Newest model");
    if (model.isEmpty()) {
      out.element("p", "There is no model yet.", "class", "note");
    }
    model.ifPresent(
        artifact -> {
          artifact(out, artifact);
          facts
              .best()
              .filter(best -> !best.model().equals(artifact))
              .ifPresent(
                  best -> {
                    out.element("h3", "Best model, round " + Numbers.count(best.round()));
                    artifact(out, best.model());
                  });
          String note = "Download the file and let sha256sum compare it; it must say OK.";
          out.element("p", note, "class", "note");
        });
    out.close("section").line();
    out.open("section").element("h2", "Configuration").open("div", "class", "pair");
    out.open("div").element("h3", "job.yml").element("pre", yaml(facts.record().spec()));
    facts
        .last()
        .map(last -> last.carried().settings())
        .filter(settings -> !settings.isEmpty())
        .ifPresent(
            settings -> out.element("h3", "Changed while it ran").element("pre", yaml(settings)));
    out.close("div").open("div").element("h3", "Versions");
    out.element("pre", yaml(facts.record().versions())).close("div").close("div");
    return out.close("section").line();
  }

  private static void artifact(Markup out, Artifact artifact) {
    out.open("dl", "class", "artifact");
    out.element("dt", "File").open("dd").element("code", artifact.path()).close("dd");
    out.element("dt", "Size");
    out.element(
        "dd", Numbers.bytes(artifact.bytes()) + ", " + Numbers.count(artifact.bytes(), "byte"));
    out.element("dt", "SHA-256").open("dd").element("code", artifact.sha256().hex()).close("dd");
    out.element("dt", "Check").open("dd");
    String file = artifact.path().substring(artifact.path().lastIndexOf('/') + 1);
    out.element(
        "pre", "echo \"" + artifact.sha256().hex() + "  " + file + "\" | sha256sum --check");
    out.close("dd").close("dl").line();
  }

  private static String yaml(Map<String, Object> tree) {
    if (tree.isEmpty()) {
      return "(none)";
    }
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(100).build();
    String text = new Dump(settings).dumpToString(tree).strip();
    return text.length() <= LONGEST
        ? text
        : text.substring(0, LONGEST) + "\n… cut here, the whole of it is in job.yml";
  }
}
