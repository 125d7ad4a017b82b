package io.roundhouse.cli;

import io.roundhouse.domain.RoundSummary;
import java.util.Optional;

/** The table of rounds that grows while a job runs. */
final class RoundTable {
  private static final int BAR = 20;

  private final Terminal terminal;

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
    String note =
        round.quarantined() == 0
            ? ""
            : terminal.yellow("  " + round.quarantined() + " quarantined");
    terminal.line(row + note);
  }

  private static String number(Optional<Double> value, String pattern) {
    return value.map(number -> Units.format(pattern, number)).orElse("–");
  }
}
