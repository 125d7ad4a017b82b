package io.roundhouse.local;

import io.roundhouse.services.Program;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A process that is started again when it ends. */
final class Keeper implements AutoCloseable {
  private final Supplier<Program> starter;
  private final Consumer<String> news;
  private Program program;
  private boolean closed;

  Keeper(Supplier<Program> starter, Consumer<String> news) {
    this.starter = starter;
    this.news = news;
    this.program = starter.get();
  }

  /** Starts it again if it has ended. */
  synchronized void look() {
    if (!closed && !program.isAlive()) {
      news.accept(program.name() + " has ended and is started again, its log is " + program.log());
      program = starter.get();
    }
  }

  synchronized Program program() {
    return program;
  }

  @Override
  public synchronized void close() {
    closed = true;
    program.close();
  }
}
