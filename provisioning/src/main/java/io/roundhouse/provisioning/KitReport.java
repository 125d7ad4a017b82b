package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was made for members.
 *
 * @param federation its name
 * @param fingerprint SHA-256 of the root's certificate
 * @param rows one for each kit or token
 * @param notes what else a project admin should know
 */
public record KitReport(String federation, Digest fingerprint, List<Row> rows, List<String> notes) {
  public KitReport {
    requireNonNull(federation, "federation is null");
    requireNonNull(fingerprint, "fingerprint is null");
    rows = List.copyOf(rows);
    notes = List.copyOf(notes);
  }

  /**
   * One member.
   *
   * @param identity who
   * @param kit the folder or file to hand over
   * @param password that opens it, if it is a zip file; shown once
   * @param token to enrol with instead, if the member makes its own key; shown once
   * @param until when the certificate, or the token, ends
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Row(
      Identity identity,
      Optional<Path> kit,
      Optional<String> password,
      Optional<String> token,
      Instant until) {
    public Row {
      requireNonNull(identity, "identity is null");
      requireNonNull(kit, "kit is null");
      requireNonNull(password, "password is null");
      requireNonNull(token, "token is null");
      requireNonNull(until, "until is null");
    }

    @Override
    public String toString() {
      return "Row[" + identity + "]";
    }
  }

  /** The same with more notes. */
  KitReport noting(List<String> more) {
    List<String> all = new ArrayList<>(notes);
    all.addAll(more);
    return new KitReport(federation, fingerprint, rows, all);
  }

  /** The same with more rows. */
  KitReport with(List<Row> more) {
    List<Row> all = new ArrayList<>(rows);
    all.addAll(more);
    return new KitReport(federation, fingerprint, all, notes);
  }
}
