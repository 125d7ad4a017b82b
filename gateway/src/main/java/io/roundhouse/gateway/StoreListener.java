package io.roundhouse.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponse;

/** Hears of one request to the store, on the event loop that it was made on. */
interface StoreListener {
  /** The connection is there: the request can be written. Nothing is read that is not asked for. */
  void connected(Channel store);

  /** The head of the answer. */
  void head(HttpResponse head);

  /** What comes of the answer's body; the receiver releases it. */
  default void content(ByteBuf content) {
    content.release();
  }

  /** No more comes just now. */
  default void paused() {}

  /** The connection takes more, or takes no more, of the request. */
  default void writabilityChanged() {}

  /** The answer is whole. */
  void complete();

  /** The answer does not come, or breaks off. */
  void failed(String reason);
}
