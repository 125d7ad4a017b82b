package io.roundhouse.policy;

import io.roundhouse.domain.Text;
import io.roundhouse.spec.Section;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 512 MB}, {@code 2g}; powers of 1,024. */
public final class Bytes {
  private static final Pattern FORM = Pattern.compile("(\\d{1,7})\\s*([kmgt])(i?b)?");

  private Bytes() {}

  /** The size under a key, if it is there. */
  static Optional<Long> read(Section section, String key) {
    return section
        .optionalText(key)
        .flatMap(
            text -> {
              Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
              if (!form.matches() || Long.parseLong(form.group(1)) == 0) {
                section.problem(
                    key, "must be a size such as 512 MB or 2 GB, not " + Text.quote(text));
                return Optional.empty();
              }
              int power = "kmgt".indexOf(form.group(2)) + 1;
              return Optional.of(Long.parseLong(form.group(1)) << (10 * power));
            });
  }

  /** In the largest unit that leaves no rest. */
  public static String text(long bytes) {
    for (int power = 4; power > 0; power--) {
      long unit = 1L << (10 * power);
      if (bytes % unit == 0) {
        return bytes / unit + " " + "KMGT".charAt(power - 1) + "B";
      }
    }
    return bytes + " bytes";
  }
}
