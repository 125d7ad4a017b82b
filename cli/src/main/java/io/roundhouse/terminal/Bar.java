package io.roundhouse.terminal;

/** A horizontal bar of eighths of a character. */
public final class Bar {
  private static final String[] EIGHTHS = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

  private Bar() {}

  /** A bar that is {@code width} characters long at a share of 1, padded to that width. */
  public static String of(double share, int width) {
    int eighths = (int) Math.round(Math.max(0, Math.min(1, share)) * width * 8);
    String bar = "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
    return bar + " ".repeat(width - bar.length());
  }

  /** A gauge: the done part of {@code width} characters filled. */
  public static String gauge(long done, long all, int width) {
    int filled = all == 0 ? 0 : (int) (done * width / all);
    return "▕" + "█".repeat(filled) + "░".repeat(width - filled) + "▏";
  }
}
