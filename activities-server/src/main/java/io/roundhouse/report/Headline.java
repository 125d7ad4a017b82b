package io.roundhouse.report;

import io.roundhouse.domain.Best;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The job in one look: its state, what it reached and what that took. */
final class Headline {
  private Headline() {}

  static Markup write(JobFacts facts) {
    Markup out = new Markup().open("header");
    out.element("p", facts.record().job().project() + " /", "class", "project");
    JobState state = facts.state();
    String badge = "badge " + state.name().toLowerCase(Locale.ROOT);
    out.open("h1").text(facts.record().job().name() + " ");
    out.element("span", state.name().toLowerCase(Locale.ROOT), "class", badge);
    out.close("h1").line();
    out.element("p", sentence(facts), "class", "reason").line();
    out.open("div", "class", "tiles");
    metrics(facts, out);
    work(facts, out);
    return out.close("div").line().add(origin(facts)).close("header").line();
  }

  private static String sentence(JobFacts facts) {
    Optional<JobResult> result = facts.record().result();
    if (result.isPresent()) {
      return result.get().reason();
    }
    return facts
        .last()
        .map(
            last ->
                "still running; the newest round here is "
                    + Numbers.count(last.round())
                    + ", which began at "
                    + Numbers.time(last.startedAt()))
        .orElse("no round is finished yet");
  }

  private static void metrics(JobFacts facts, Markup out) {
    Optional<RoundManifest> judged = facts.judged();
    Optional<Metrics> metrics = judged.flatMap(round -> round.evaluation().decisive());
    String examples =
        judged
            .map(
                round ->
                    (round.evaluation().central().isPresent() ? "central, " : "federated, ")
                        + Numbers.count(metrics.orElseThrow().examples(), "example"))
            .orElse("not evaluated");
    String after =
        judged.map(round -> "after round " + Numbers.count(round.round())).orElse("not evaluated");
    tile(out, "Accuracy", metrics.map(m -> Numbers.percent(m.accuracy())), examples);
    tile(out, "Loss", metrics.map(m -> Numbers.decimal(m.loss())), after);
    Optional<Best> best = facts.best();
    tile(
        out,
        "Best round",
        best.map(b -> Numbers.count(b.round())),
        best.map(
                b ->
                    Numbers.percent(b.metrics().accuracy())
                        + ", loss "
                        + Numbers.decimal(b.metrics().loss()))
            .orElse("not evaluated"));
  }

  private static void work(JobFacts facts, Markup out) {
    List<RoundManifest> training = facts.training();
    int rounds = training.size();
    long skipped = training.stream().filter(round -> round.summary().skipped()).count();
    tile(
        out,
        "Rounds",
        Optional.of(Numbers.count(rounds)),
        facts
                .spec()
                .map(spec -> "of " + Numbers.count(spec.rounds().count()) + " planned")
                .orElse("finished")
            + (skipped == 0 ? "" : ", " + Numbers.count(skipped) + " skipped"));
    long asked = training.stream().mapToLong(round -> round.selected().size()).sum();
    long late = training.stream().mapToLong(round -> round.summary().late()).sum();
    long answered = training.stream().mapToLong(r -> r.summary().answered()).sum() - late;
    tile(
        out,
        "Sites",
        Optional.of(Numbers.count(facts.sites().size())),
        rounds == 0
            ? "none asked yet"
            : Numbers.mean((double) answered / rounds)
                + " of "
                + Numbers.mean((double) asked / rounds)
                + " answered a round"
                + (late == 0 ? "" : ", " + Numbers.count(late, "late update")));
    tile(
        out,
        "Duration",
        Optional.of(Numbers.seconds(facts.seconds())),
        rounds == 0
            ? "no round yet"
            : Numbers.seconds(
                    training.stream().mapToDouble(round -> round.seconds().total()).sum() / rounds)
                + " a round");
    long bytes = facts.record().rounds().stream().mapToLong(RoundManifest::bytes).sum();
    tile(
        out,
        "Moved",
        Optional.of(Numbers.bytes(bytes)),
        facts.last().map(last -> Numbers.bytes(last.model().bytes()) + " a model").orElse("–"));
  }

  private static void tile(Markup out, String name, Optional<String> value, String note) {
    out.open("div", "class", "tile").element("h2", name);
    out.element("p", value.orElse("–"), "class", "value").element("p", note).close("div").line();
  }

  private static Markup origin(JobFacts facts) {
    Markup out = new Markup().open("dl", "class", "origin");
    fact(out, "Strategy", facts.last().map(RoundManifest::strategy));
    fact(out, "Kernel", facts.last().map(RoundManifest::kernel).filter(k -> !k.isBlank()));
    fact(out, "Seed", facts.spec().map(spec -> Long.toString(spec.seed())));
    fact(out, "Started", facts.startedAt().map(Numbers::time));
    return out.close("dl").line();
  }

  private static void fact(Markup out, String name, Optional<String> value) {
    value.ifPresent(v -> out.open("div").element("dt", name).element("dd", v).close("div"));
  }
}
