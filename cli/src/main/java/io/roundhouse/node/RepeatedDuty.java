package io.roundhouse.node;

import static java.util.Objects.requireNonNull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something that is tried again until it succeeds, with one line of log when it begins to fail. */
final class RepeatedDuty implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(RepeatedDuty.class);

  private final String what;
  private final Runnable task;
  private String told = "";

  RepeatedDuty(String what, Runnable task) {
    this.what = requireNonNull(what, "what is null");
    this.task = requireNonNull(task, "task is null");
  }

  @Override
  public synchronized void run() {
    try {
      task.run();
      told = "";
    } catch (RuntimeException e) {
      if (!e.toString().equals(told)) {
        told = e.toString();
        LOG.warn("cannot {} now, trying again: {}", what, told);
      }
    }
  }
}
