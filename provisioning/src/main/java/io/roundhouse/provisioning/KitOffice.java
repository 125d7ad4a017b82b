package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import io.roundhouse.federation.MemberCertificate;
import io.roundhouse.federation.Revocation;
import io.roundhouse.federation.RevocationReason;
import io.roundhouse.kit.CertificateChain;
import java.io.IOException;
import java.nio.file.Files;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * An opened authority with its workspace: what makes kits and revokes certificates. Its methods
 * belong into a change of the workspace.
 */
final class KitOffice implements AutoCloseable {
  /** Who decides at the prompt. */
  static final String PROJECT_ADMIN = "project admin";

  private final Workspace workspace;
  private final Passphrase passphrase;
  private final Clock clock;
  private final RevocationBook book;
  private volatile CertificateAuthority authority;

  KitOffice(Workspace workspace, Passphrase passphrase, Clock clock) {
    this.workspace = requireNonNull(workspace, "workspace is null");
    this.passphrase = requireNonNull(passphrase, "passphrase is null");
    this.clock = requireNonNull(clock, "clock is null");
    book = new RevocationBook(workspace, passphrase, clock);
    authority = CertificateAuthority.open(workspace.ca(), passphrase, clock);
  }

  /** Something that is made in a run. */
  interface Making<T> {
    T make(KitRun run) throws IOException;
  }

  Workspace workspace() {
    return workspace;
  }

  Clock clock() {
    return clock;
  }

  Passphrase passphrase() {
    return passphrase;
  }

  /** To the second, as certificates have it. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  X509Certificate root() {
    return authority.root();
  }

  Digest fingerprint() {
    return CertificateChain.fingerprint(authority.root());
  }

  /** What {@code federation.yml} said when it was provisioned last. */
  FederationSpec spec() throws IOException {
    return previous()
        .orElseThrow(
            () ->
                new ProvisioningException(
                    "the workspace has no federation.yml, perhaps you should run `roundhouse"
                        + " provision federation.yml` first"));
  }

  /** Likewise; empty if none was. */
  Optional<FederationSpec> previous() throws IOException {
    return Files.exists(workspace.spec())
        ? Optional.of(FederationReader.parse(workspace.spec(), Files.readString(workspace.spec())))
        : Optional.empty();
  }

  /** The authority that issues: the newest, as another process may have rotated it. */
  CertificateAuthority authority() throws IOException {
    List<Integer> numbers = workspace.ca().numbers();
    if (numbers.get(numbers.size() - 1) != authority.number()) {
      authority = CertificateAuthority.open(workspace.ca(), passphrase, clock);
    }
    return authority;
  }

  /** Makes kits in one numbered folder; all of them or none. */
  KitReport make(Register register, FederationSpec spec, List<KitOrder> orders, Delivery delivery)
      throws IOException {
    return run(
        register,
        spec,
        run -> {
          for (KitOrder order : orders) {
            run.make(order, delivery);
          }
          return run.finish();
        });
  }

  /** Makes new kits of members; for a member that has its own key, of that key. */
  KitReport remake(Register register, List<RegisterEntry> entries, Delivery delivery)
      throws IOException {
    FederationSpec spec = spec();
    return run(
        register,
        spec,
        run -> {
          for (RegisterEntry entry : entries) {
            KitOrder order = KitOrder.of(entry, spec);
            if (entry.ownKey()) {
              run.make(order, key(entry), "kit-" + run.number());
            } else {
              run.make(order, delivery);
            }
          }
          return run.finish();
        });
  }

  /** Does something with a run, which is given up if that fails. */
  <T> T run(Register register, FederationSpec spec, Making<T> making) throws IOException {
    KitRun run = KitRun.begin(workspace, authority(), spec.gateways(), register, clock);
    try {
      return making.make(run);
    } catch (IOException | RuntimeException e) {
      run.abandon();
      throw e;
    }
  }

  /** Revokes all certificates of members, and publishes the list of revoked ones. */
  Register revoke(
      Register register, List<RegisterEntry> entries, String by, RevocationReason reason)
      throws IOException {
    Revocation revocation = new Revocation(now(), by, reason);
    Register changed = register;
    for (RegisterEntry entry : entries) {
      changed = changed.with(entry.revoked(revocation, changed.change() + 1));
    }
    return entries.isEmpty() ? register : publish(changed);
  }

  /** Signs the list of revoked certificates anew. */
  Register publish(Register register) throws IOException {
    return book.publish(register);
  }

  @Override
  public void close() {
    passphrase.close();
  }

  private PublicKey key(RegisterEntry entry) {
    MemberCertificate newest =
        entry
            .member()
            .newest()
            .orElseThrow(
                () ->
                    new ProvisioningException(
                        entry.name() + " has not enrolled yet, so there is nothing to renew"));
    return CertificateAuthority.certificate(workspace.certificate(newest.serial())).getPublicKey();
  }
}
