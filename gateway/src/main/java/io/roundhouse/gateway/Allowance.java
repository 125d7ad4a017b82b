package io.roundhouse.gateway;

import io.roundhouse.gateway.Refusal.Reason;
import java.util.function.LongSupplier;

/** What one caller may do at once and in a second, over all its connections. */
final class Allowance {
  /** Calls that may come at once after a quiet time, in seconds' worth. */
  private static final int BURST = 5;

  private final Limits limits;
  private final LongSupplier nanos;
  private double tokens;
  private long filledAt;
  private int calls;
  private int polls;
  private int transfers;
  private int connections;

  Allowance(Limits limits, LongSupplier nanos) {
    this.limits = limits;
    this.nanos = nanos;
    tokens = (double) BURST * limits.callsPerSecond();
    filledAt = nanos.getAsLong();
  }

  /** Whether there is room for one more connection, which then counts. */
  synchronized boolean connect() {
    if (connections >= limits.connectionsPerCaller()) {
      return false;
    }
    connections++;
    return true;
  }

  synchronized void disconnect() {
    connections--;
  }

  /** Whether forgetting it makes no difference. */
  synchronized boolean isUnused() {
    boolean full = (nanos.getAsLong() - filledAt) / 1e9 >= BURST;
    return connections == 0 && calls == 0 && polls == 0 && transfers == 0 && full;
  }

  /**
   * Begins a call or transfer, to be ended by {@link #endCall}.
   *
   * @throws Refusal if there are too many
   */
  synchronized void beginCall() {
    if (calls >= limits.callsPerCaller()) {
      throw tooMuch(limits.callsPerCaller() + " calls are under way");
    }
    spend();
    calls++;
  }

  synchronized void endCall() {
    calls--;
  }

  /**
   * Begins a transfer, to be ended by {@link #endTransfer}.
   *
   * @throws Refusal if there are too many
   */
  synchronized void beginTransfer() {
    if (transfers >= limits.transfersPerCaller()) {
      throw tooMuch(limits.transfersPerCaller() + " transfers are under way");
    }
    spend();
    transfers++;
  }

  synchronized void endTransfer() {
    transfers--;
  }

  /**
   * Begins a poll, to be ended by {@link #endPoll}.
   *
   * @throws Refusal if there are too many
   */
  synchronized void beginPoll() {
    if (polls >= limits.pollsPerSite()) {
      throw tooMuch(limits.pollsPerSite() + " polls are waiting");
    }
    spend();
    polls++;
  }

  synchronized void endPoll() {
    polls--;
  }

  private void spend() {
    long now = nanos.getAsLong();
    double most = (double) BURST * limits.callsPerSecond();
    tokens = Math.min(most, tokens + (now - filledAt) / 1e9 * limits.callsPerSecond());
    filledAt = now;
    if (tokens < 1) {
      throw tooMuch("there are more than " + limits.callsPerSecond() + " calls a second");
    }
    tokens--;
  }

  private static Refusal tooMuch(String what) {
    return new Refusal(
        Reason.TOO_MUCH, "too much at once: " + what + ", perhaps you should wait a moment");
  }
}
