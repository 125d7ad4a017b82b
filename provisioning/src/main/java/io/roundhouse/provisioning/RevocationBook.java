package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.roundhouse.federation.MemberCertificate;
import io.roundhouse.kit.Pem;
import io.roundhouse.kit.PrivateFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The federation's list of revoked certificates: one part for each issuing authority. */
final class RevocationBook {
  private final Workspace workspace;
  private final Passphrase passphrase;
  private final Clock clock;
  private final Map<Integer, CertificateAuthority> opened = new TreeMap<>();

  RevocationBook(Workspace workspace, Passphrase passphrase, Clock clock) {
    this.workspace = workspace;
    this.passphrase = passphrase;
    this.clock = clock;
  }

  /** Signs the list anew and writes it down, with the next number. */
  Register publish(Register register) throws IOException {
    Register next = register.nextList();
    Instant now = clock.instant();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ByteArrayOutputStream lists = new ByteArrayOutputStream();
    for (IssuingAuthority authority : next.authorities()) {
      if (authority.until().isAfter(now)) {
        CertificateAuthority open = open(authority.number());
        text.write(Pem.write(List.of(open.certificate())).getBytes(US_ASCII));
        lists.write(open.revocations(revoked(next, authority.number(), now), next.list()));
      }
    }
    if (Files.exists(workspace.ca().rootRevocations())) {
      lists.write(Files.readAllBytes(workspace.ca().rootRevocations()));
    }
    lists.writeTo(text);
    PrivateFiles.replace(workspace.revocations(), text.toByteArray());
    workspace.write(next);
    return next;
  }

  private CertificateAuthority open(int number) {
    return opened.computeIfAbsent(
        number, key -> CertificateAuthority.open(workspace.ca(), key, passphrase, clock));
  }

  private static List<RevokedSerial> revoked(Register register, int authority, Instant now) {
    return register.members().stream()
        .flatMap(member -> member.certificates().stream())
        .filter(certificate -> certificate.authority() == authority)
        .filter(certificate -> certificate.until().isAfter(now))
        .flatMap(certificate -> line(certificate).stream())
        .toList();
  }

  private static List<RevokedSerial> line(MemberCertificate certificate) {
    return certificate.revocation().stream()
        .map(revocation -> new RevokedSerial(new BigInteger(certificate.serial(), 16), revocation))
        .toList();
  }
}
