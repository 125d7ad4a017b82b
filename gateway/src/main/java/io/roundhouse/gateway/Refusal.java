package io.roundhouse.gateway;

import io.grpc.Status;

/** A request that the gateway does not carry out, with what to tell the caller. */
final class Refusal extends RuntimeException {
  /** Why, in the terms of both protocols. */
  enum Reason {
    /** The caller may not do that. */
    FORBIDDEN(Status.Code.PERMISSION_DENIED, 403),
    /** The request has a form that it must not have. */
    INVALID(Status.Code.INVALID_ARGUMENT, 400),
    /** There is no such thing. */
    MISSING(Status.Code.NOT_FOUND, 404),
    /** It is larger than allowed. */
    TOO_LARGE(Status.Code.INVALID_ARGUMENT, 413),
    /** The caller asks too often, or for too much at once. */
    TOO_MUCH(Status.Code.RESOURCE_EXHAUSTED, 429),
    /** What it needs is not there just now. */
    UNAVAILABLE(Status.Code.UNAVAILABLE, 503);

    private final Status.Code code;
    private final int http;

    Reason(Status.Code code, int http) {
      this.code = code;
      this.http = http;
    }

    int http() {
      return http;
    }
  }

  private final Reason reason;

  Refusal(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  static Refusal forbidden(String message) {
    return new Refusal(Reason.FORBIDDEN, message);
  }

  static Refusal invalid(String message) {
    return new Refusal(Reason.INVALID, message);
  }

  Reason reason() {
    return reason;
  }

  String text() {
    return String.valueOf(getMessage());
  }

  Status status() {
    return reason.code.toStatus().withDescription(getMessage());
  }
}
