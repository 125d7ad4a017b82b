package io.roundhouse.cli;

import java.io.PrintStream;

/**
 * Where a person reads along: lines, and on a terminal one line below them that changes. With
 * {@code --output json} it is the error stream, so that standard output stays one document.
 */
final class Terminal {
  private static final String CLEAR_LINE = "\r\u001b[2K";

  private final PrintStream out;
  private final boolean live;
  private final boolean colour;
  private boolean dirty;

  Terminal(PrintStream out, boolean live, boolean colour) {
    this.out = out;
    this.live = live;
    this.colour = colour;
  }

  /**
   * A terminal for this process. The launcher tells by {@code ROUNDHOUSE_TTY} which of the streams
   * 1 and 2 a person watches.
   */
  static Terminal of(boolean json, boolean noColour) {
    String watched = System.getenv().getOrDefault("ROUNDHOUSE_TTY", "");
    boolean live = watched.contains(json ? "2" : "1");
    boolean colour = live && !noColour && System.getenv("NO_COLOR") == null;
    return new Terminal(json ? System.err : System.out, live, colour);
  }

  /** Whether a person watches, so that a changing line can be drawn. */
  boolean isLive() {
    return live;
  }

  synchronized void line(String text) {
    if (dirty) {
      out.print(CLEAR_LINE);
      dirty = false;
    }
    out.println(text);
    out.flush();
  }

  /** Replaces the changing line; nothing where no person watches. */
  synchronized void status(String text) {
    if (live) {
      out.print(CLEAR_LINE + text);
      out.flush();
      dirty = true;
    }
  }

  /** Takes the changing line away. */
  synchronized void clear() {
    if (dirty) {
      out.print(CLEAR_LINE);
      out.flush();
      dirty = false;
    }
  }

  String bold(String text) {
    return styled("1", text);
  }

  String dim(String text) {
    return styled("2", text);
  }

  String green(String text) {
    return styled("32", text);
  }

  String yellow(String text) {
    return styled("33", text);
  }

  String cyan(String text) {
    return styled("36", text);
  }

  private String styled(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
