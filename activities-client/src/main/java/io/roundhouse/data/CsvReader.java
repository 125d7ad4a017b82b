package io.roundhouse.data;

import io.roundhouse.domain.Text;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads rows of comma-separated numbers. */
final class CsvReader {
  private static final int MOST_COLUMNS = 10_000_000;
  private static final int MOST_CLASSES = 1_000_000;

  private final DataBinding.Csv binding;
  private final DataFile file;
  private final CsvCells cells;
  private final List<String> header = new ArrayList<>();
  private float[] features = new float[1 << 12];
  private int[] labels = new int[1 << 6];
  private int rows;

  private CsvReader(DataBinding.Csv binding, DataFile file, InputStream bytes) {
    this.binding = binding;
    this.file = file;
    this.cells = new CsvCells(file, bytes);
  }

  static Dataset read(DataBinding.Csv binding) {
    DataFile file = new DataFile(binding.path());
    return file.read(bytes -> new CsvReader(binding, file, bytes).read());
  }

  private Dataset read() throws IOException {
    double[] first = firstRow();
    int columns = header.isEmpty() ? first.length : header.size();
    if (columns < 2) {
      throw file.wrong(cells.line(), "has one column only, perhaps you should separate by commas");
    }
    int label = labelColumn(columns);
    int width = columns - 1;
    if (first.length > 0) {
      grow(width);
      for (int column = 0; column < columns; column++) {
        put(column, label, width, first[column], column + 1);
      }
      rows++;
    }
    while (cells.nextLine()) {
      grow(width);
      int column = 0;
      while (cells.nextCell()) {
        if (column < columns) {
          put(column, label, width, cells.number(), cells.column());
        }
        column++;
      }
      if (column != columns) {
        throw file.wrong(
            cells.line(),
            "has "
                + column
                + " columns, but the first line has "
                + columns
                + ", perhaps you should check that the line is whole");
      }
      rows++;
    }
    if (rows == 0) {
      throw file.wrong("has no rows, perhaps you should check that the right file is bound");
    }
    return Dataset.of(Arrays.copyOf(features, rows * width), width, Arrays.copyOf(labels, rows));
  }

  /** Reads the first line: the header, and then no values, or the first row. */
  private double[] firstRow() throws IOException {
    cells.nextLine();
    List<String> names = new ArrayList<>();
    double[] values = new double[16];
    boolean numbers = true;
    while (cells.nextCell()) {
      int column = names.size();
      if (column == MOST_COLUMNS) {
        throw file.wrong(
            cells.line(),
            "has more than " + MOST_COLUMNS + " columns, perhaps this is not a CSV file of rows");
      }
      values = column < values.length ? values : Arrays.copyOf(values, 2 * column);
      values[column] = cells.number();
      numbers &= !Double.isNaN(values[column]);
      names.add(cells.text());
    }
    if (binding.header().orElse(!numbers)) {
      header.addAll(names);
      return new double[0];
    }
    return Arrays.copyOf(values, names.size());
  }

  private int labelColumn(int columns) {
    String label = binding.label();
    int named = header.indexOf(label);
    if (named >= 0) {
      return named;
    }
    if (label.equals("last")) {
      return columns - 1;
    }
    if (label.equals("first")) {
      return 0;
    }
    if (label.matches("\\d{1,8}") && Integer.parseInt(label) < columns) {
      return Integer.parseInt(label);
    }
    List<String> known = new ArrayList<>(header);
    known.addAll(List.of("first", "last"));
    Optional<String> near = Text.nearest(label, known);
    throw file.wrong(
        "has no label column "
            + Text.quote(label)
            + " among its "
            + columns
            + " columns, perhaps you should write "
            + near.map(Text::quote).orElse("first, last, an index from 0 or a name of the header"));
  }

  private void put(int column, int label, int width, double value, int shown) {
    if (column == label) {
      if (!(value >= 0 && value < MOST_CLASSES && value == (int) value)) {
        throw file.wrong(
            cells.line(),
            shown,
            (Double.isNaN(value) ? "is not a number" : "is " + value)
                + ", but a label is a whole number from 0, perhaps you should name another label"
                + " column");
      }
      labels[rows] = (int) value;
      return;
    }
    float scaled = (float) (value / binding.scale());
    if (!Float.isFinite(scaled)) {
      throw file.wrong(
          cells.line(),
          shown,
          "is not a number of ordinary size, perhaps you should clean the file or say that it has"
              + " a header");
    }
    features[rows * width + column - (column > label ? 1 : 0)] = scaled;
  }

  private void grow(int width) {
    if (rows == labels.length) {
      labels = Arrays.copyOf(labels, 2 * rows);
    }
    long needed = (long) (rows + 1) * width;
    if (needed > features.length) {
      file.checkFits(rows + 1, width);
      features =
          Arrays.copyOf(
              features,
              (int) Math.min(Math.max(needed, features.length * 3L / 2), Integer.MAX_VALUE - 8));
    }
  }
}
