package io.roundhouse.provisioning;

import java.io.IOException;

/**
 * One step in the making of every kit. To add one, put a jar on the class path that names it in
 * {@code META-INF/services/io.roundhouse.provisioning.KitStep}: its files are signed with the
 * others.
 */
public interface KitStep {
  /** When a step runs. */
  enum Phase {
    /** Adds files. */
    CONTENT,
    /** Signs them. */
    SIGNATURE,
    /** Hands the kit over. */
    DELIVERY
  }

  /** When it runs; steps of one phase run in the order in which they are found. */
  default Phase phase() {
    return Phase.CONTENT;
  }

  /** Does its part. */
  void apply(KitPlan plan, KitDraft draft) throws IOException;
}
