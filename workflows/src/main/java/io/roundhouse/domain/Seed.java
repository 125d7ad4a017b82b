package io.roundhouse.domain;

import java.util.SplittableRandom;

/**
 * Where a random choice comes from. Seeds for parts of a job are derived by name and number, so
 * that no choice depends on how many others were made before it.
 *
 * @param value 64 bits
 */
public record Seed(long value) {
  /** The seed of a numbered part. */
  public Seed derive(long part) {
    return new Seed(mix(value + 0x9E3779B97F4A7C15L * (part + 1)));
  }

  /** The seed of a named part. */
  public Seed derive(String part) {
    return derive(part.hashCode());
  }

  /** SplitMix64 (Steele, Lea &amp; Flood 2014) that starts from this seed. */
  public SplittableRandom random() {
    return new SplittableRandom(value);
  }

  /** Stafford's variant 13 of the 64-bit finaliser of MurmurHash3. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
