package io.roundhouse.gateway;

/**
 * How much the gateway lets happen at once.
 *
 * @param connections most open connections
 * @param connectionsPerCaller most of one site or operator
 * @param forwardedPolls most polls that wait at Temporal; others are held here until it is their
 *     turn. Temporal's own limit is 1,200 for each frontend, to be shared by all gateways
 * @param pollsPerSite most polls of one site, held ones included
 * @param callsPerCaller most calls of one caller under way, polls apart
 * @param transfersPerCaller most transfers of artifacts of one caller under way
 * @param callsPerSecond most calls and transfers of one caller in a second, over some seconds
 * @param requestBytes largest gRPC message from outside
 * @param payloadBytes largest result, failure or heartbeat of a task
 * @param storeRequests most requests to the store under way
 */
public record Limits(
    int connections,
    int connectionsPerCaller,
    int forwardedPolls,
    int pollsPerSite,
    int callsPerCaller,
    int transfersPerCaller,
    int callsPerSecond,
    int requestBytes,
    int payloadBytes,
    int storeRequests) {
  /**
   * For a gateway that has a frontend of Temporal to itself, which lets 1,200 polls wait unless its
   * dynamic configuration says otherwise.
   */
  public static final Limits DEFAULT =
      new Limits(20_000, 64, 1_100, 32, 64, 16, 100, 4 << 20, 64 << 10, 64);

  /**
   * @throws IllegalArgumentException if one is below 1
   */
  public Limits {
    int[] all = {
      connections,
      connectionsPerCaller,
      forwardedPolls,
      pollsPerSite,
      callsPerCaller,
      transfersPerCaller,
      callsPerSecond,
      requestBytes,
      payloadBytes,
      storeRequests
    };
    for (int limit : all) {
      if (limit < 1) {
        throw new IllegalArgumentException("a limit is below 1: " + limit);
      }
    }
  }

  /** The same with another number of polls at Temporal. */
  public Limits withForwardedPolls(int polls) {
    return new Limits(
        connections,
        connectionsPerCaller,
        polls,
        pollsPerSite,
        callsPerCaller,
        transfersPerCaller,
        callsPerSecond,
        requestBytes,
        payloadBytes,
        storeRequests);
  }
}
