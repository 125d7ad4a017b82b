package io.roundhouse.gateway;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;

/**
 * One decision of the gateway.
 *
 * @param caller the SPIFFE id of who asked; empty if it is not known
 * @param peer from where, as address and port
 * @param action what was asked for: a method, or what happened to a connection
 * @param object what it was about: a queue, a workflow, an artifact; may be empty
 * @param allowed whether it was allowed
 * @param reason why not; may be empty
 */
public record AuditEntry(
    String caller, String peer, String action, String object, boolean allowed, String reason) {
  private static final int LONGEST = 1000;

  public AuditEntry {
    requireNonNull(caller, "caller is null");
    requireNonNull(peer, "peer is null");
    action = bounded(action);
    object = bounded(object);
    reason = bounded(reason);
  }

  static AuditEntry allowed(Identity caller, String peer, String action, String object) {
    return new AuditEntry(caller.uri(), peer, action, object, true, "");
  }

  static AuditEntry refused(
      String caller, String peer, String action, String object, String reason) {
    return new AuditEntry(caller, peer, action, object, false, reason);
  }

  private static String bounded(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
