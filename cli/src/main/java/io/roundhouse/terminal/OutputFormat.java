package io.roundhouse.terminal;

/** What standard output carries. */
enum OutputFormat {
  /** Lines for a person. */
  TEXT,
  /** One JSON document; lines for a person go to standard error. */
  JSON
}
