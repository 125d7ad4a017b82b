package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Text;
import io.roundhouse.federation.Member;
import io.roundhouse.federation.Revocation;
import io.roundhouse.federation.RevocationReason;
import io.roundhouse.kit.PrivateFiles;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a project admin does with a federation's authority, opened by its passphrase. Every change
 * is made as a whole or not at all, and by one process at a time. Safe for use by many threads.
 */
public final class Provisioner implements AutoCloseable {
  private final KitOffice office;
  private final Workspace workspace;

  private Provisioner(KitOffice office) {
    this.office = office;
    this.workspace = office.workspace();
  }

  /**
   * Opens the authority of a federation.
   *
   * @param passphrase is kept until this is closed
   * @throws ProvisioningException if there is none, or the passphrase is another
   */
  public static Provisioner open(Workspace workspace, Passphrase passphrase, Clock clock) {
    if (!workspace.exists()) {
      throw new ProvisioningException(
          "there is no authority in "
              + Text.quote(workspace.folder().toString())
              + ", perhaps you should make it with `roundhouse provision federation.yml`");
    }
    return new Provisioner(new KitOffice(workspace, passphrase, clock));
  }

  /**
   * Makes the authority of a new federation: a root and its first issuing authority.
   *
   * @param rootPassphrase for the root's key, which may be another one
   * @throws ProvisioningException if there is one already, or a passphrase is too short
   */
  public static Provisioner create(
      Workspace workspace,
      Validity validity,
      Passphrase rootPassphrase,
      Passphrase passphrase,
      Clock clock) {
    rootPassphrase.requireStrong();
    passphrase.requireStrong();
    workspace.change(
        () -> {
          if (workspace.exists()) {
            throw new ProvisioningException(
                Text.quote(workspace.folder().toString()) + " has an authority already");
          }
          // Without a register nothing was given out: what is there broke off.
          Folders.delete(workspace.ca().folder());
          RootAuthority.create(
              workspace.ca(), workspace.federation(), validity, rootPassphrase, passphrase, clock);
          X509Certificate issuing =
              CertificateAuthority.certificate(workspace.ca().issuingCertificate(1));
          Register register =
              Register.empty(workspace.federation()).with(IssuingAuthority.of(1, issuing));
          return new RevocationBook(workspace, passphrase, clock).publish(register);
        });
    return new Provisioner(new KitOffice(workspace, passphrase, clock));
  }

  /**
   * Makes a kit, or a token, for each member that has none or whose part has changed. Kits that
   * were made before are left alone.
   *
   * @param tokens whether sites that have no kit get a token in its place
   */
  public KitReport provision(FederationFile file, Delivery delivery, boolean tokens) {
    FederationSpec spec = file.spec();
    requireName(spec.name());
    return workspace.change(
        () -> {
          Register register = workspace.register();
          List<KitOrder> orders =
              spec.members().stream().map(member -> KitOrder.of(member, spec)).toList();
          Admission admission =
              Admission.of(register, orders, Optional.of(file), office.previous());
          register =
              office.revoke(
                  register,
                  admission.outdated(),
                  KitOffice.PROJECT_ADMIN,
                  RevocationReason.SUPERSEDED);
          PrivateFiles.replace(workspace.spec(), file.text().getBytes(UTF_8));
          List<KitOrder> kits = new ArrayList<>();
          List<KitOrder> invited = new ArrayList<>();
          List<String> notes = new ArrayList<>(admission.notes());
          for (KitOrder order : admission.orders()) {
            Optional<Invitation> open = register.invitationOf(order.identity(), office.now());
            if (open.isPresent()) {
              notes.add(open.get().note());
            } else if (order.ownKey()
                || (tokens && order.identity().kind() == Identity.Kind.SITE)) {
              invited.add(order);
            } else {
              kits.add(order);
            }
          }
          KitReport report =
              office.make(register.updated(admission.updates()), spec, kits, delivery);
          Invitations invitations = new Invitations(office);
          return report
              .with(
                  invited.stream()
                      .map(order -> invitations.invite(spec, order, Invitations.USUAL))
                      .toList())
              .noting(notes);
        });
  }

  /** Makes the kit of a member that {@code federation.yml} does not name yet. */
  public KitReport add(MemberSpec member, Delivery delivery) {
    return workspace.change(
        () -> {
          FederationSpec spec = office.spec();
          Register register = workspace.register();
          if (register.entry(member.name()).isPresent() || spec.member(member.name()).isPresent()) {
            throw new ProvisioningException(
                "there is a member "
                    + Text.quote(member.name())
                    + " already, perhaps you should renew it, or take another name");
          }
          KitOrder order = KitOrder.of(member, spec);
          if (order.ownKey()) {
            workspace.write(register.with(RegisterEntry.of(order, register.change() + 1)));
            return invited(spec, order, Invitations.USUAL);
          }
          return office.make(register, spec, List.of(order), delivery);
        });
  }

  /**
   * Makes a new kit of a member. The one it has goes on to the end of its certificate. A member
   * that has its own key gets a certificate for that key.
   *
   * @throws ProvisioningException if it has no valid certificate, or there is no such member
   */
  public KitReport renew(List<String> names, Delivery delivery) {
    return workspace.change(
        () -> {
          Register register = workspace.register();
          List<RegisterEntry> entries = new ArrayList<>();
          for (String name : names) {
            RegisterEntry entry = register.require(name);
            entry
                .revocation()
                .ifPresent(
                    revocation -> {
                      throw new ProvisioningException(
                          name
                              + " was revoked on "
                              + revocation.at()
                              + " ("
                              + revocation.reason()
                              + "), perhaps you should use `roundhouse provision reissue "
                              + name
                              + "`");
                    });
            entries.add(entry);
          }
          return office.remake(register, entries, delivery);
        });
  }

  /**
   * Makes a new kit, with a new key, of a member whose certificates are all revoked now, if they
   * are not already.
   */
  public KitReport reissue(String name, RevocationReason reason, Delivery delivery) {
    return workspace.change(
        () -> {
          RegisterEntry entry = workspace.register().require(name);
          Register register =
              office.revoke(workspace.register(), List.of(entry), KitOffice.PROJECT_ADMIN, reason);
          FederationSpec spec = office.spec();
          KitOrder order = KitOrder.of(register.require(name), spec);
          return order.ownKey()
              ? invited(spec, order, Invitations.USUAL)
              : office.make(register, spec, List.of(order), delivery);
        });
  }

  /** Names of members that have a certificate and are not revoked. */
  public List<String> current() {
    return workspace.register().members().stream()
        .filter(member -> member.newest().isPresent() && member.revocation().isEmpty())
        .map(member -> member.identity().name())
        .toList();
  }

  /** Names of members that have passed two thirds of their time, and are not revoked. */
  public List<String> due() {
    Instant now = office.now();
    return workspace.register().members().stream()
        .filter(member -> member.revocation().isEmpty())
        .filter(
            member -> member.newest().filter(newest -> !now.isBefore(newest.renewal())).isPresent())
        .map(member -> member.identity().name())
        .toList();
  }

  /**
   * Revokes every certificate of a member.
   *
   * @throws ProvisioningException if there is no such member, or it is revoked already
   */
  public Member revoke(String name, String by, RevocationReason reason) {
    return workspace.change(
        () -> {
          Register register = workspace.register();
          RegisterEntry entry = register.require(name);
          entry
              .revocation()
              .ifPresent(
                  revocation -> {
                    throw new ProvisioningException(
                        name + " is revoked since " + revocation.at() + " already");
                  });
          return office.revoke(register, List.of(entry), by, reason).require(name).member();
        });
  }

  /**
   * Makes a kit for whoever made a request, which must be for a member that is known.
   *
   * @param pem the request
   */
  public KitReport sign(String pem) {
    return new RequestedKits(office).sign(CertificateRequest.read(pem));
  }

  /** Makes a token with which a member that is known can enrol. */
  public KitReport invite(String name, Duration validity) {
    return workspace.change(
        () -> {
          FederationSpec spec = office.spec();
          KitOrder order = workspace.register().order(name, spec);
          return invited(spec, order, validity);
        });
  }

  /** Signs the list of revoked certificates anew. */
  public void refreshRevocations() {
    workspace.change(() -> office.publish(workspace.register()));
  }

  /**
   * Makes a new issuing authority, which issues all certificates from now on. Those of the one
   * before stay valid to their end, unless it is revoked.
   *
   * @param root where the root's key is
   * @param reason why the authority before is revoked, if it is
   */
  public X509Certificate rotate(
      Path root, Passphrase rootPassphrase, Optional<RevocationReason> reason) {
    return workspace.change(
        () -> {
          RootAuthority open =
              RootAuthority.open(
                  workspace.ca(), root, workspace.federation(), rootPassphrase, office.clock());
          int before = office.authority().number();
          X509Certificate issuing =
              open.makeIssuing(before + 1, office.spec().validity(), office.passphrase());
          Register register = workspace.register().with(IssuingAuthority.of(before + 1, issuing));
          if (reason.isPresent()) {
            register =
                register.revoked(
                    before, new Revocation(office.now(), KitOffice.PROJECT_ADMIN, reason.get()));
            PrivateFiles.replace(
                workspace.ca().rootRevocations(),
                open.revocations(register.revokedAuthorities(), register.list() + 1));
          }
          office.publish(register);
          return issuing;
        });
  }

  /** The federation's folder. */
  public Workspace workspace() {
    return workspace;
  }

  /** The root's certificate. */
  public X509Certificate root() {
    return office.root();
  }

  /** SHA-256 of the root's certificate. */
  public Digest fingerprint() {
    return office.fingerprint();
  }

  @Override
  public void close() {
    office.close();
  }

  KitOffice office() {
    return office;
  }

  private KitReport invited(FederationSpec spec, KitOrder order, Duration validity) {
    return new KitReport(
        spec.name(),
        fingerprint(),
        List.of(new Invitations(office).invite(spec, order, validity)),
        List.of());
  }

  private void requireName(String name) {
    if (!name.equals(workspace.federation())) {
      throw new ProvisioningException(
          "the file is of federation "
              + name
              + ", the workspace of "
              + workspace.federation()
              + ", perhaps you should name another workspace");
    }
  }
}
