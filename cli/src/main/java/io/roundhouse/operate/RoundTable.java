package io.roundhouse.operate;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.RoundSummary;
import io.roundhouse.terminal.Bar;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.terminal.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The table of rounds that grows while a job runs. */
final class RoundTable {
  private static final int BAR = 20;

  private final Terminal terminal;
  private Set<Exclusion> said = Set.of();

  RoundTable(Terminal terminal) {
    this.terminal = terminal;
  }

  void header() {
    terminal.line(
        terminal.dim(
            " round     sites  accuracy " + " ".repeat(BAR) + "      loss  seconds     bytes"));
  }

  void row(RoundSummary round, boolean best) {
    String sites = round.selected() == 0 ? "–" : round.answered() + "/" + round.selected();
    String accuracy = number(round.accuracy(), "%.4f");
    String bar = Bar.of(round.accuracy().orElse(0.0), BAR);
    String row =
        Units.format(
            " %5d %9s  %8s %s  %8s %8.2f %9s",
            round.round(),
            sites,
            best ? terminal.green(accuracy) : accuracy,
            terminal.cyan(bar),
            number(round.loss(), "%.4f"),
            round.seconds(),
            round.bytes() == 0 ? "–" : Units.bytes(round.bytes()));
    String skipped = round.skipped() ? "  skipped" : "";
    String late = round.late() == 0 ? "" : "  " + round.late() + " of them late";
    String quarantined =
        round.quarantined() == 0 ? "" : "  " + round.quarantined() + " quarantined";
    terminal.line(row + terminal.yellow(skipped + late + quarantined));
    exclusions(round);
  }

  /** Who is not in the model, and why, unless it was said of the round before. */
  private void exclusions(RoundSummary round) {
    Map<String, List<String>> sites = new LinkedHashMap<>();
    for (Exclusion exclusion : round.exclusions()) {
      if (!said.contains(exclusion)) {
        String why = exclusion.cause().name().toLowerCase(Locale.ROOT) + ": " + exclusion.reason();
        sites.computeIfAbsent(why, any -> new ArrayList<>()).add(exclusion.site().value());
      }
    }
    sites.forEach(
        (why, names) ->
            terminal.line(terminal.yellow("       " + String.join(", ", names) + " " + why)));
    int more = round.excluded() - round.exclusions().size();
    if (more > 0 && !sites.isEmpty()) {
      terminal.line(terminal.yellow("       and " + more + " more, in the report"));
    }
    said = Set.copyOf(round.exclusions());
  }

  private static String number(Optional<Double> value, String pattern) {
    return value.map(number -> Units.format(pattern, number)).orElse("–");
  }
}
