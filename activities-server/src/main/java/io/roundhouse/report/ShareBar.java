package io.roundhouse.report;

/** A small horizontal bar in a table's cell. */
final class ShareBar {
  private ShareBar() {}

  /** A bar that fills {@code share} of its track, 0 to 1. */
  static Markup draw(double share) {
    String width = Numbers.fixed(100 * share, 1) + "%";
    return new Markup()
        .open("svg", "class", "bar", "aria-hidden", "true")
        .element("rect", "", "width", width, "height", "100%", "rx", "2")
        .close("svg");
  }
}
