package io.roundhouse.operate;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A job as people name it: {@code project/name}, {@code name}, or the id of its workflow. */
final class JobIdConverter implements ITypeConverter<JobId> {
  private static final String PROJECT = "default";
  private static final Pattern WORKFLOW = Pattern.compile("fl/([^/]*/[^/]*)");

  @Override
  public JobId convert(String text) {
    Matcher workflow = WORKFLOW.matcher(text);
    String name = workflow.matches() ? workflow.group(1) : text;
    try {
      return name.contains("/") ? JobId.parse(name) : new JobId(PROJECT, name);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "must be project/name or name, both of lower-case letters, digits and inner dashes, not "
              + Text.quote(text));
    }
  }
}
