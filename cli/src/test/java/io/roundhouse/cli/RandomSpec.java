package io.roundhouse.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Job specs drawn from a seed: some put together key by key with now and then a wrong value, some
 * made from others by changing characters and lines.
 */
final class RandomSpec {
  private static final List<String> ODD =
      List.of(
          "",
          "~",
          "null",
          "0",
          "-1",
          "1",
          "1.0",
          "1e400",
          "-0.0",
          ".nan",
          ".inf",
          "0x7f",
          "0o17",
          "9223372036854775808",
          "1_000",
          "true",
          "False",
          "yes",
          "on",
          "[]",
          "{}",
          "[1, [2]]",
          "{a: b}",
          "{type: all}",
          "[s01, s02]",
          "\"\\0\"",
          "'it''s'",
          "\"\\u202e\"",
          "\"\\ud800\"",
          "*a",
          "&a x",
          "!!int 1",
          "!!str 1",
          "!!binary AA==",
          "!x y",
          "2026-11-22",
          "30 s",
          "1m",
          "365d",
          "100ms",
          "'1h '",
          "a: b",
          "- 1",
          "| text",
          "@",
          "`",
          "%",
          "<<",
          "=",
          "…",
          "ß",
          "s01",
          "fedavg",
          "count",
          "../..",
          "/",
          "$(id)",
          "{type: , }",
          "? x",
          "\t",
          "#",
          "---");
  private static final String[][] KEYS = {
    {"apiVersion", "roundhouse/v1"},
    {"kind", "FederatedJob"},
    {"project", "p", "1", "ward-7"},
    {"seed", "0", "-9223372036854775808", "9223372036854775807", "42"},
    {"training.trainer", "dl4j", "noop"},
    {"training.epochs", "1", "100000"},
    {"training.batch", "1", "32", "1000000"},
    {"training.learningRate", "1e-9", "0.1", "1000", "1"},
    {"training.optimizer", "sgd", "momentum", "adam"},
    {"training.order", "shuffle", "file"},
    {"strategy", "fedavg", "fedadam", "fedmedian", "{type: fedavg}", "{}"},
    {
      "strategy",
      "{type: fedadam, learningRate: 1000, beta1: 0, beta2: 0.999999, tau: 1e-12}",
      "{type: fedadam, tau: 1}"
    },
    {"rounds.count", "1", "1000000"},
    {"rounds.selection", "all", "{type: fraction, share: 1e-6}", "{type: count, sites: 2}"},
    {"rounds.selection", "{type: fraction}", "{type: fraction, share: 1}", "{}"},
    {"rounds.required", "[]", "[s01]", "[s02, s01]"},
    {"rounds.quorum", "1", "2"},
    {"rounds.target", "1", "3"},
    {"rounds.deadline", "30s", "1h", "365d", "999 m"},
    {"rounds.offlineAfter", "100ms", "30d"},
    {"rounds.heartbeat", "1s", "1d"},
    {"rounds.spare", "0", "1"},
    {"rounds.belowQuorum", "fail", "extend", "repeat", "skip"},
    {"rounds.repeats", "1", "1000"},
    {"rounds.waitForSites", "1s", "365d"},
    {"rounds.late", "discard", "fold", "hold", "{type: discard}", "{}"},
    {
      "rounds.late",
      "{type: buffer, size: 1}",
      "{type: fold, exponent: 0, oldest: 1, within: 1s}",
      "{type: hold, exponent: 10}"
    },
    {"evaluation.federated", "true", "false"},
    {"evaluation.central", "true", "false"},
    {"evaluation.every", "1", "1000000"},
    {"evaluation.metric", "accuracy", "loss"},
    {"stop.patience", "1", "5"},
    {"stop.minDelta", "0", "0.001"},
    {"stop.accuracy", "0", "1", "0.95"},
    {"updates.maxNorm", "1e-30", "1e30", "3"},
    {"updates.outlier", "0", "100"},
    {"updates.maxValue", "1e3"},
    {"updates.minExamples", "1", "10"},
    {"updates.maxExamples", "10", "1000000000"},
    {"updates.suspendAfter", "1"},
    {"updates.failAbove", "0", "1", "0.5"},
    {"updates.keep", "all", "refused"},
    {"approval.every", "0", "3"},
    {"approval.within", "7d"},
    {"simulation.sites", "1", "8", "2000", "{a: {path: a.csv}, b-2: {path: b.csv, label: first}}"},
    {"simulation.siteHoldout", "0", "5"},
    {"simulation.partition", "iid", "round-robin", "skew", "labels", "shards", "quantity", "{}"},
    {
      "simulation.partition",
      "{type: dirichlet, alpha: 0.001, minSize: 1}",
      "{type: labels, count: 3}",
      "{type: shards, perSite: 10000}",
      "{type: quantity, alpha: 1000000, minSize: 5}"
    }
  };
  private static final List<String> MODELS =
      List.of(
          "{type: mlp, inputs: 4, outputs: 2}",
          "{type: mlp, inputs: 10000000, hidden: [1, 10000000], outputs: 1000000, start: m.st}",
          "{type: lenet, height: 8, width: 4096, outputs: 2}",
          "{type: lenet, channels: 64, height: 28, width: 28, outputs: 10}",
          "{type: dl4j, definition: '{}'}");
  private static final List<String> DATA =
      List.of(
          "{path: rows.csv}",
          "{format: csv, path: a, label: 3, header: true, scale: 16, holdout: {every: 5}}",
          "{path: a, test: b, label: first}",
          "{path: a, holdout: {fraction: 0.2, seed: 7}}",
          "{format: idx, images: a, labels: b, testImages: c, testLabels: d, scale: 255}",
          "{format: idx, images: a, labels: b}");
  private static final String TELLING =
      "{}[]:,#&*!|>'\"%@`-? \n\t\\~<=0123456789.eEx_\0\u0085\uFEFF";

  private final SplittableRandom random;
  private final List<String> others;

  /**
   * @param others what is changed
   */
  RandomSpec(long seed, List<String> others) {
    this.random = new SplittableRandom(seed);
    this.others = List.copyOf(others);
  }

  /** The spec's text. */
  String text() {
    int kind = random.nextInt(200);
    return kind == 0 ? large() : kind < 120 ? assembled() : mutated();
  }

  private String assembled() {
    double wrong = random.nextInt(3) * 0.02;
    List<String> lines = new ArrayList<>();
    lines.add("name: " + value(wrong, "a"));
    lines.add("data: " + value(wrong, "digits"));
    lines.add("model: " + value(wrong, any(MODELS)));
    List<String> simulation = new ArrayList<>(List.of("  data: " + value(wrong, any(DATA))));
    String section = "";
    for (String[] key : KEYS) {
      if (random.nextInt(3) > 0) {
        continue;
      }
      String value = value(wrong, key[random.nextInt(1, key.length)]);
      int dot = key[0].indexOf('.');
      if (key[0].startsWith("simulation.")) {
        simulation.add("  " + key[0].substring(dot + 1) + ": " + value);
      } else if (dot < 0) {
        lines.add(key[0] + ": " + value);
      } else {
        if (!section.equals(key[0].substring(0, dot))) {
          section = key[0].substring(0, dot);
          lines.add(section + ":");
        }
        lines.add("  " + key[0].substring(dot + 1) + ": " + value);
      }
    }
    lines.add("simulation:");
    lines.addAll(simulation);
    return withoutRepeated(lines, wrong);
  }

  /** A key that was drawn twice stays once, mostly. */
  private String withoutRepeated(List<String> lines, double wrong) {
    StringBuilder text = new StringBuilder();
    String before = "";
    for (String line : lines) {
      String key = line.substring(0, line.indexOf(':') + 1);
      if (!key.equals(before) || random.nextDouble() < wrong) {
        text.append(line).append('\n');
      }
      before = key;
    }
    return text.toString();
  }

  private String value(double wrong, String right) {
    return random.nextDouble() < wrong ? any(ODD) : right;
  }

  private String mutated() {
    StringBuilder text = new StringBuilder(any(others));
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(1, 20));
      switch (random.nextInt(9)) {
        case 0 -> text.insert(at, TELLING.charAt(random.nextInt(TELLING.length())));
        case 1 -> text.delete(at, end);
        case 2 -> text.replace(at, end, any(ODD));
        case 3 -> text.insert(at, text.substring(at, end));
        case 4 -> text.insert(lineStart(text, at), "  ");
        case 5 -> text.insert(at, (char) random.nextInt(0x10000));
        case 6 -> text.setLength(at);
        case 7 -> text.insert(lineStart(text, at), anyLine() + "\n");
        default -> {
          int colon = text.indexOf(": ", at);
          if (colon >= 0) {
            int lineEnd = text.indexOf("\n", colon);
            text.replace(colon + 2, lineEnd < 0 ? text.length() : lineEnd, any(ODD));
          }
        }
      }
    }
    return text.toString();
  }

  /** Much of one thing. */
  private String large() {
    int times = 1 << random.nextInt(16);
    return switch (random.nextInt(9)) {
      case 0 -> "seed: " + "7".repeat(times);
      case 1 -> "a: " + "[".repeat(times);
      case 2 -> "a: " + "{b: ".repeat(times) + "1" + "}".repeat(times);
      case 3 -> "k".repeat(times) + ": " + "v".repeat(times);
      case 4 -> MalformedSpec.START + numbered(times, "k%d: 1\n");
      case 5 -> MalformedSpec.START + "rounds: {required: [" + numbered(times, "s%d, ") + "]}";
      case 6 -> "a: &a [x, x]\nb: [" + "*a, ".repeat(times) + "]";
      case 7 ->
          MalformedSpec.START.replace("sites: 4", "sites: {" + numbered(times, "s%d: , ") + "}");
      default -> MalformedSpec.START + "a: 1\n".repeat(times);
    };
  }

  private static String numbered(int times, String form) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < times; i++) {
      text.append(form.replace("%d", Integer.toString(i)));
    }
    return text.toString();
  }

  private String anyLine() {
    List<String> lines = any(others).lines().toList();
    return lines.isEmpty() ? "" : any(lines);
  }

  private static int lineStart(StringBuilder text, int at) {
    return text.lastIndexOf("\n", at - 1) + 1;
  }

  private String any(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
