package io.roundhouse.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;

/** Splits bytes into lines and cells, without quoting of commas. Never holds more than one cell. */
final class CsvCells {
  private static final int LONGEST = 256;
  private static final int END = -1;
  private static final double[] POWERS_OF_TEN = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private final DataFile file;
  private final InputStream bytes;
  private final byte[] buffer = new byte[1 << 16];
  private final byte[] cell = new byte[LONGEST];
  private int next;
  private int limit;
  private int length;
  private int column;
  private long line;
  private boolean lineEnded = true;

  CsvCells(DataFile file, InputStream bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /** The line of the cell, from 1. */
  long line() {
    return line;
  }

  /** The column of the cell, from 1. */
  int column() {
    return column;
  }

  /** Goes to the next line that is not blank; false at the end of the file. */
  boolean nextLine() throws IOException {
    line++;
    column = 0;
    int first = peek();
    while (first == '\n' || first == '\r') {
      if (first == '\n') {
        line++;
      }
      next++;
      first = peek();
    }
    lineEnded = first == END;
    return first != END;
  }

  /** Reads the next cell of the line; false after the last one. */
  boolean nextCell() throws IOException {
    if (lineEnded) {
      return false;
    }
    column++;
    length = 0;
    int value = read();
    while (value != ',' && value != '\n' && value != END) {
      if (length == LONGEST) {
        throw file.wrong(
            line,
            column,
            "is longer than "
                + LONGEST
                + " bytes, perhaps you should check that this is a CSV file");
      }
      cell[length++] = (byte) value;
      value = read();
    }
    lineEnded = value != ',';
    return true;
  }

  /** The cell without blanks and quotation marks around it. */
  String text() {
    String text = new String(cell, 0, length, UTF_8).strip();
    return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }

  /** The cell as a number; NaN if it is none. */
  double number() {
    long digits = 0;
    int count = 0;
    int decimals = -1;
    boolean negative = length > 0 && cell[0] == '-';
    for (int i = negative ? 1 : 0; i < length; i++) {
      byte c = cell[i];
      if (c >= '0' && c <= '9') {
        digits = digits * 10 + (c - '0');
        count++;
        decimals += decimals < 0 ? 0 : 1;
      } else if (c == '.' && decimals < 0) {
        decimals = 0;
      } else {
        return anyNumber();
      }
    }
    // Both operands of the division are exact, so the quotient is the nearest double.
    if (count == 0 || count > 15) {
      return anyNumber();
    }
    double magnitude = digits / POWERS_OF_TEN[Math.max(0, decimals)];
    return negative ? -magnitude : magnitude;
  }

  private double anyNumber() {
    try {
      return Double.parseDouble(text());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private int read() throws IOException {
    int value = peek();
    next++;
    return value;
  }

  private int peek() throws IOException {
    if (next >= limit) {
      next = 0;
      limit = bytes.read(buffer);
      if (limit <= 0) {
        limit = 0;
        return END;
      }
    }
    return buffer[next] & 0xFF;
  }
}
