package io.roundhouse.kit;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the signature of a kit covers, {@code signed.json}.
 *
 * @param federation the kit's federation
 * @param name whose kit it is
 * @param number of the folder of kits that it was made in
 * @param files SHA-256 of each file, by its name with slashes
 */
public record SignedFiles(
    String federation, String name, int number, SortedMap<String, Digest> files) {
  public SignedFiles {
    requireNonNull(federation, "federation is null");
    requireNonNull(name, "name is null");
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }
}
