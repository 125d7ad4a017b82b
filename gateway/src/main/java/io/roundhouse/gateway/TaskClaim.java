package io.roundhouse.gateway;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Text;
import io.roundhouse.gateway.Refusal.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a sealed token holds.
 *
 * @param token Temporal's own
 * @param task the workflow and activity, for the record
 * @param until when the grants end
 * @param grants what the task may read and write
 */
record TaskClaim(ByteString token, String task, Instant until, List<Grant> grants) {
  TaskClaim {
    requireNonNull(token, "token is null");
    requireNonNull(task, "task is null");
    requireNonNull(until, "until is null");
    grants = List.copyOf(grants);
  }

  /**
   * The grant for a request.
   *
   * @throws Refusal if there is none, or it has ended
   */
  Grant grant(String method, String path, Instant now) {
    if (now.isAfter(until)) {
      throw Refusal.forbidden(
          "the task's time is over, perhaps you should let Temporal try it again");
    }
    return grants.stream()
        .filter(grant -> grant.method().equals(method) && grant.path().equals(path))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.forbidden(
                    "the task may not "
                        + method
                        + " "
                        + Text.quote(path)
                        + ", perhaps you should use the path that the task names"));
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(until.toEpochMilli());
      out.writeUTF(task);
      out.writeShort(grants.size());
      for (Grant grant : grants) {
        out.writeUTF(grant.method());
        out.writeUTF(grant.path());
        out.writeLong(grant.bytes());
        out.writeUTF(grant.sha256().map(Digest::hex).orElse(""));
      }
      token.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads what {@link #encode} has written, and a key has vouched for. */
  static TaskClaim decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Instant until = Instant.ofEpochMilli(in.readLong());
      String task = in.readUTF();
      List<Grant> grants = new ArrayList<>();
      for (int left = in.readUnsignedShort(); left > 0; left--) {
        String method = in.readUTF();
        String path = in.readUTF();
        long most = in.readLong();
        String digest = in.readUTF();
        grants.add(
            new Grant(
                method,
                path,
                most,
                digest.isEmpty() ? Optional.empty() : Optional.of(new Digest(digest))));
      }
      return new TaskClaim(ByteString.readFrom(in), task, until, grants);
    } catch (IOException | IllegalArgumentException e) {
      throw new Refusal(Reason.INVALID, "the task token is of another version of the gateway");
    }
  }
}
