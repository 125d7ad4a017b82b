package io.roundhouse.report;

/**
 * HTML and inline SVG under construction. All text and all attribute values pass through {@link
 * #escape}, so what sites and operators wrote stays text.
 */
final class Markup {
  private final StringBuilder out = new StringBuilder();

  /** A start tag; attributes are names and values in turn. */
  Markup open(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(escape(attributes[i + 1])).append('"');
    }
    out.append('>');
    return this;
  }

  Markup close(String tag) {
    out.append("</").append(tag).append('>');
    return this;
  }

  /** An element that holds text only. */
  Markup element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  Markup text(String text) {
    out.append(escape(text));
    return this;
  }

  Markup line() {
    out.append('\n');
    return this;
  }

  Markup add(Markup other) {
    out.append(other.out);
    return this;
  }

  /**
   * The text with HTML's special characters as references. Control characters and those that turn
   * the direction of writing are replaced: they can make a text look like another.
   */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(isMisleading(c) ? '\uFFFD' : c);
      }
    }
    return escaped.toString();
  }

  private static boolean isMisleading(char c) {
    return (Character.isISOControl(c) && c != '\n' && c != '\t')
        || (c >= '\u202A' && c <= '\u202E')
        || (c >= '\u2066' && c <= '\u2069');
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
