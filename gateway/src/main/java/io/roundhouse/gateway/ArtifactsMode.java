package io.roundhouse.gateway;

/** How artifacts reach those who ask the gateway for them. */
public enum ArtifactsMode {
  /** Through the gateway. */
  RELAY,
  /** From and to the store itself, by presigned URLs, where it can be reached. */
  DIRECT
}
