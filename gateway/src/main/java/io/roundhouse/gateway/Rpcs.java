package io.roundhouse.gateway;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The methods that callers of one kind may use; all others are refused. */
@FunctionalInterface
interface Rpcs {
  /** Full method names, and how each is answered. */
  Map<String, Rpc> byName();

  /** How one method is answered. */
  @FunctionalInterface
  interface Rpc {
    /**
     * The answer's message. Fails with a status that may be passed on.
     *
     * @throws Refusal if the caller may not do it
     */
    CompletableFuture<byte[]> answer(RpcCall call);
  }
}
