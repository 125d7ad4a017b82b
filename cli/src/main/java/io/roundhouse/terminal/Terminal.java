package io.roundhouse.terminal;

import java.io.PrintStream;

/**
 * Where a person reads along: lines, and on a terminal one line below them that changes. With
 * {@code --output json} it is the error stream, so that standard output stays one document.
 */
public final class Terminal {
  private static final String CLEAR_LINE = "\r\u001b[2K";

  private final PrintStream out;
  private final boolean live;
  private final boolean colour;
  private boolean dirty;

  /**
   * @param live whether a person watches
   * @param colour whether text may be coloured
   */
  public Terminal(PrintStream out, boolean live, boolean colour) {
    this.out = out;
    this.live = live;
    this.colour = colour;
  }

  /**
   * A terminal for this process. The launcher tells by {@code ROUNDHOUSE_TTY} which of the streams
   * 1 and 2 a person watches.
   */
  public static Terminal of(boolean json, boolean noColour) {
    String watched = System.getenv().getOrDefault("ROUNDHOUSE_TTY", "");
    boolean live = watched.contains(json ? "2" : "1");
    boolean colour = live && !noColour && System.getenv("NO_COLOR") == null;
    return new Terminal(json ? System.err : System.out, live, colour);
  }

  /** Whether a person watches, so that a changing line can be drawn. */
  public boolean isLive() {
    return live;
  }

  /** Prints a line. */
  public synchronized void line(String text) {
    if (dirty) {
      out.print(CLEAR_LINE);
      dirty = false;
    }
    out.println(text);
    out.flush();
  }

  /** Replaces the changing line; nothing where no person watches. */
  public synchronized void status(String text) {
    if (live) {
      out.print(CLEAR_LINE + text);
      out.flush();
      dirty = true;
    }
  }

  /** Takes the changing line away. */
  public synchronized void clear() {
    if (dirty) {
      out.print(CLEAR_LINE);
      out.flush();
      dirty = false;
    }
  }

  /** In bold. */
  public String bold(String text) {
    return styled("1", text);
  }

  /** Less bright. */
  public String dim(String text) {
    return styled("2", text);
  }

  /** What went well. */
  public String green(String text) {
    return styled("32", text);
  }

  /** What needs attention. */
  public String yellow(String text) {
    return styled("33", text);
  }

  /** A figure as a bar. */
  public String cyan(String text) {
    return styled("36", text);
  }

  private String styled(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
