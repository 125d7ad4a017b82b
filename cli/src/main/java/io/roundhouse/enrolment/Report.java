package io.roundhouse.enrolment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.domain.Identity;
import io.roundhouse.provisioning.KitReport;
import io.roundhouse.storage.Json;
import io.roundhouse.terminal.Columns;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a project admin sees after kits or tokens were made. */
final class Report {
  private final KitReport report;
  private final OutputOptions output;
  private final Terminal terminal;

  Report(KitReport report, OutputOptions output) {
    this.report = report;
    this.output = output;
    this.terminal = output.terminal();
  }

  void print() {
    if (output.json()) {
      System.out.print(new String(Json.write(document()), UTF_8));
      return;
    }
    kits();
    tokens();
    for (String note : report.notes()) {
      terminal.line(" · " + note);
    }
    next();
  }

  /** A day, in UTC. */
  static String day(Instant time) {
    return time.toString().substring(0, 10);
  }

  /** As short as it can be named from where the command runs. */
  static Path near(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path) : path;
  }

  private void kits() {
    boolean passwords = report.rows().stream().anyMatch(row -> row.password().isPresent());
    Columns table =
        passwords
            ? new Columns("KIT", "KIND", "ORGANISATION", "ROLE", "VALID UNTIL", "PASSWORD")
            : new Columns("KIT", "KIND", "ORGANISATION", "ROLE", "VALID UNTIL");
    List<KitReport.Row> rows = report.rows().stream().filter(row -> row.kit().isPresent()).toList();
    for (KitReport.Row row : rows) {
      List<String> cells = new ArrayList<>();
      cells.add(row.kit().map(kit -> near(kit).toString()).orElse(""));
      cells.add(row.identity().kind().toString());
      cells.add(row.identity().organisation());
      cells.add(row.identity().role().map(Object::toString).orElse(""));
      cells.add(day(row.until()));
      if (passwords) {
        cells.add(row.password().orElse(""));
      }
      table.row(cells.toArray(String[]::new));
    }
    if (!rows.isEmpty()) {
      table.print(terminal);
    }
  }

  private void tokens() {
    for (KitReport.Row row : report.rows()) {
      row.token()
          .ifPresent(
              token -> {
                terminal.line(
                    " %s %s of %s enrols until %s with:"
                        .formatted(
                            row.identity().kind(),
                            row.identity().name(),
                            row.identity().organisation(),
                            day(row.until())));
                terminal.line("   " + terminal.bold("roundhouse enroll " + token));
              });
    }
  }

  private void next() {
    if (report.rows().isEmpty()) {
      return;
    }
    terminal.line("");
    terminal.line("root  " + report.fingerprint() + " (SHA-256)");
    terminal.line("Next:");
    report.rows().stream()
        .filter(row -> row.kit().isPresent())
        .findFirst()
        .ifPresent(this::handOver);
    if (report.rows().stream().anyMatch(row -> row.token().isPresent())) {
      terminal.line(
          "  Send each token to its owner alone. `roundhouse provision requests` shows who has used"
              + " one,");
      terminal.line("  `roundhouse provision approve NAME` lets them in.");
    }
  }

  private void handOver(KitReport.Row row) {
    String name = row.identity().name();
    Path kit = near(row.kit().orElseThrow());
    String folder = String.valueOf(kit.getFileName());
    boolean isFolder = folder.equals(name);
    terminal.line(
        "  Hand each kit to its owner, such as:  scp " + (isFolder ? "-r " : "") + kit + " HOST:");
    if (folder.endsWith(".zip")) {
      terminal.line("  The password goes another way than the zip file.");
      terminal.line("  There:  roundhouse kit unpack " + folder);
    } else if (!isFolder) {
      terminal.line("  There:  roundhouse enroll --install " + folder);
    }
    terminal.line(
        "  There:  roundhouse kit verify " + name + " --fingerprint " + report.fingerprint());
    if (row.identity().kind() != Identity.Kind.OPERATOR) {
      terminal.line("          " + name + "/start.sh");
    }
    if (isFolder) {
      terminal.line("  A kit holds its owner's private key: delete it here once it is there.");
    }
  }

  private Map<String, Object> document() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (KitReport.Row row : report.rows()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", row.identity().name());
      one.put("kind", row.identity().kind());
      one.put("organisation", row.identity().organisation());
      row.identity().role().ifPresent(role -> one.put("role", role));
      row.kit().ifPresent(kit -> one.put("kit", kit.toString()));
      row.password().ifPresent(password -> one.put("password", password));
      row.token().ifPresent(token -> one.put("token", token));
      one.put("until", row.until());
      rows.add(one);
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("federation", report.federation());
    document.put("fingerprint", report.fingerprint());
    document.put("members", rows);
    document.put("notes", report.notes());
    return document;
  }
}
