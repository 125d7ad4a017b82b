package io.roundhouse.gateway;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.Context;
import io.grpc.Metadata;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.SiteName;
import io.roundhouse.gateway.Refusal.Reason;
import java.util.concurrent.CompletableFuture;

/** One call of a site or an operator. */
final class RpcCall {
  private final Connection connection;
  private final String method;
  private final byte[] request;
  private final Metadata headers;
  private final Context context;
  private final AuditLog audit;
  private String object = "";

  RpcCall(
      Connection connection,
      String method,
      byte[] request,
      Metadata headers,
      Context context,
      AuditLog audit) {
    this.connection = connection;
    this.method = method;
    this.request = request;
    this.headers = headers;
    this.context = context;
    this.audit = audit;
  }

  Identity caller() {
    return connection.caller();
  }

  /** The caller, who is a site. */
  SiteName site() {
    return new SiteName(caller().name());
  }

  /** {@code package.Service/Method}. */
  String method() {
    return method;
  }

  byte[] request() {
    return request;
  }

  Metadata headers() {
    return headers;
  }

  /** Ends when the caller gives up. */
  Context context() {
    return context;
  }

  /** The request as far as this gateway knows its fields. */
  <T extends Message> T read(Parser<T> parser) {
    try {
      return DiscardUnknownFieldsParser.wrap(parser).parseFrom(request);
    } catch (InvalidProtocolBufferException e) {
      throw Refusal.invalid("the request is not a message of " + name());
    }
  }

  /** Says for the record what the call is about. */
  RpcCall about(String what) {
    object = what;
    return this;
  }

  /** Puts on record that it was allowed. */
  void allow() {
    audit.record(allowed());
  }

  /**
   * Likewise; done when it is on disk.
   *
   * @return fails with a {@link Refusal} if it cannot be written
   */
  CompletableFuture<Void> recorded() {
    return audit
        .record(allowed())
        .exceptionally(
            failure -> {
              throw new Refusal(
                  Reason.UNAVAILABLE,
                  "the gateway cannot write its audit log, perhaps you should make room on its"
                      + " disk");
            });
  }

  private AuditEntry allowed() {
    return AuditEntry.allowed(caller(), connection.peer(), name(), object);
  }

  /** Puts on record that it was refused. */
  void refuse(String reason) {
    audit.record(AuditEntry.refused(caller().uri(), connection.peer(), name(), object, reason));
  }

  private String name() {
    return method.substring(method.indexOf('/') + 1);
  }
}
