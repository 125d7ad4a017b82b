package io.roundhouse.data;

import static java.util.Objects.requireNonNull;

/**
 * A data set as it is used.
 *
 * @param train rows to train on
 * @param test rows held out, possibly none
 */
public record LoadedData(Dataset train, Dataset test) {
  public LoadedData {
    requireNonNull(train, "train is null");
    requireNonNull(test, "test is null");
  }
}
