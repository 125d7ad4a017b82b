package io.roundhouse.gateway;

import io.netty.buffer.ByteBuf;

/**
 * What answers one HTTP request, on the event loop of its connection. The connection reads nothing
 * that a transfer does not ask for.
 */
interface Transfer {
  /** Begins. */
  void start();

  /** A piece of the request's body; the receiver releases it. */
  default void content(ByteBuf content) {
    content.release();
  }

  /** No more of the body is here just now. */
  default void paused() {}

  /** The body is whole. */
  default void bodyEnded() {}

  /** The connection takes more of the answer, or takes no more. */
  default void writabilityChanged() {}

  /** The connection is closed. */
  void abandoned();
}
