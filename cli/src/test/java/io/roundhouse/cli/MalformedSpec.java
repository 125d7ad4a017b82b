package io.roundhouse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A job spec of the catalogue {@code malformed.txt}.
 *
 * @param name its mistake
 * @param text the file
 * @param problems the lines that tell, each with line and column before it, or without
 */
record MalformedSpec(String name, String text, List<String> problems) {
  /** A job without a mistake; the first four lines of most of the catalogue. */
  static final String START =
      """
      name: a
      data: digits
      model: {type: mlp, inputs: 4, outputs: 2}
      simulation: {sites: 4, data: {path: rows.csv}}
      """;

  private static final String ONLY = "only ";

  /** The whole catalogue. */
  static List<MalformedSpec> all() {
    List<MalformedSpec> all = new ArrayList<>();
    try (InputStream catalogue =
        requireNonNull(MalformedSpec.class.getResourceAsStream("/specs/malformed.txt"))) {
      String[] cases = new String(catalogue.readAllBytes(), UTF_8).split("(?m)^=== ", -1);
      Arrays.stream(cases).skip(1).map(MalformedSpec::parse).forEach(all::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static MalformedSpec parse(String text) {
    int name = text.indexOf('\n');
    int problems = text.indexOf("\n-----\n");
    String spec = text.substring(name + 1, problems + 1);
    return new MalformedSpec(
        text.substring(0, name),
        text.startsWith(ONLY) ? spec : START + spec,
        text.substring(problems + 7).lines().toList());
  }

  @Override
  public String toString() {
    return name;
  }
}
