package io.roundhouse.terminal;

import java.util.ArrayList;
import java.util.List;

/** A table whose columns are as wide as what is in them. */
public final class Columns {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param headings of the columns
   */
  public Columns(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row with as many cells as there are headings. */
  public Columns row(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException(cells.length + " cells, not " + rows.get(0).size());
    }
    rows.add(List.of(cells));
    return this;
  }

  /** Prints it, indented by a space, the headings less bright. */
  public void print(Terminal terminal) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    for (int row = 0; row < rows.size(); row++) {
      StringBuilder line = new StringBuilder(" ");
      for (int column = 0; column < columns; column++) {
        String cell = rows.get(row).get(column);
        line.append(cell).append(" ".repeat(widths[column] - cell.length())).append(GAP);
      }
      String text = line.toString().stripTrailing();
      terminal.line(row == 0 ? terminal.dim(text) : text);
    }
  }
}
