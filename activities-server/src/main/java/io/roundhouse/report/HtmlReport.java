package io.roundhouse.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The report of a job as one HTML page that needs nothing else: no network, no script for its
 * facts. The page's own Content-Security-Policy forbids every script but its own and all loads.
 */
public final class HtmlReport {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z]+)}}");
  private static final String PAGE = resource("report.html");
  private static final String STYLE = resource("report.css");
  private static final String SCRIPT = resource("report.js");

  private HtmlReport() {}

  /** The page in UTF-8; the same bytes for the same record. */
  public static byte[] write(JobRecord record) {
    JobFacts facts = JobFacts.of(record);
    Markup body = new Markup().add(Headline.write(facts)).open("main");
    body.add(LearningCurves.write(facts)).add(SiteTable.write(facts)).add(Timing.write(facts));
    body.add(ExclusionTable.write(facts)).add(DecisionTable.write(facts));
    body.add(RoundTable.write(facts));
    body.add(Provenance.write(facts)).close("main");
    Map<String, String> values =
        Map.of(
            "title", Markup.escape(record.job() + " – Roundhouse"),
            "hash", sha256(SCRIPT),
            "style", STYLE,
            "script", SCRIPT,
            "body", body.toString());
    return PLACEHOLDER
        .matcher(PAGE)
        .replaceAll(match -> Matcher.quoteReplacement(requireNonNull(values.get(match.group(1)))))
        .getBytes(UTF_8);
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      return new String(requireNonNull(in, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the resource " + name + " cannot be read", e);
    }
  }

  private static String sha256(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
