package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Text;
import io.roundhouse.federation.MemberCertificate;
import io.roundhouse.federation.Revocation;
import io.roundhouse.federation.RevocationReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Kits for members that have made their key themselves, and ask for a certificate. */
final class RequestedKits {
  private final KitOffice office;
  private final Workspace workspace;

  RequestedKits(KitOffice office) {
    this.office = requireNonNull(office, "office is null");
    this.workspace = office.workspace();
  }

  /** Signs what somebody brought to the project admin. */
  KitReport sign(CertificateRequest request) {
    return workspace.change(
        () -> {
          FederationSpec spec = office.spec();
          Register register = workspace.register();
          KitOrder order = register.order(request.name(), spec);
          requireSame(order.identity(), request);
          requireWelcome(register, order.identity());
          // A token that is out for the member is of no more use.
          Register served =
              register
                  .invitationOf(order.identity(), office.now())
                  .map(invitation -> register.withoutInvitation(invitation.id()))
                  .orElse(register);
          return office.run(
              served,
              spec,
              run -> {
                run.make(order, request.publicKey(), "csr-" + request.sha256().abbreviated());
                return run.finish();
              });
        });
  }

  /**
   * The certificate that answers a request, with its kit: the same ones whenever it is asked.
   *
   * @param id of the request
   * @param renewal whether the member must not have been revoked
   */
  MemberCertificate issue(
      String id, Identity identity, CertificateRequest request, boolean renewal) {
    return workspace.change(
        () -> {
          FederationSpec spec = office.spec();
          Register register = workspace.register();
          Optional<RegisterEntry> entry = register.entry(identity.name());
          Optional<MemberCertificate> answer = entry.flatMap(known -> known.answer(id));
          if (answer.isPresent()) {
            return answer.get();
          }
          if (renewal && entry.flatMap(RegisterEntry::revocation).isPresent()) {
            throw new ProvisioningException(identity.name() + " was revoked");
          }
          KitOrder order = register.order(identity.name(), spec);
          if (!order.identity().equals(identity)) {
            throw new ProvisioningException(
                identity.name()
                    + " is no longer what its token says, perhaps you should ask for a new one");
          }
          return office.run(
              register,
              spec,
              run -> {
                MemberCertificate certificate = run.make(order, request.publicKey(), id);
                run.finish();
                return certificate;
              });
        });
  }

  /** The file of a kit that was sealed for its member. */
  Path sealed(Identity identity, MemberCertificate certificate) {
    return workspace.change(
        () -> {
          KitRun.clearUp(workspace, workspace.register());
          return workspace.kits(certificate.kit()).resolve(identity.name() + SealedStep.SUFFIX);
        });
  }

  /** Revokes the certificate that answered a request, if one did. */
  Optional<MemberCertificate> withdraw(String id, String name) {
    return workspace.change(
        () -> {
          Register register = workspace.register();
          Optional<RegisterEntry> entry = register.entry(name);
          Optional<MemberCertificate> issued = entry.flatMap(known -> known.answer(id));
          if (issued.isPresent() && issued.get().revocation().isEmpty()) {
            office.publish(
                register.with(
                    entry
                        .orElseThrow()
                        .revoked(
                            issued.get().serial(),
                            new Revocation(
                                office.now(), KitOffice.PROJECT_ADMIN, RevocationReason.SUPERSEDED),
                            register.change() + 1)));
          }
          return issued;
        });
  }

  private static void requireSame(Identity identity, CertificateRequest request) {
    if (request.uri().filter(uri -> !uri.equals(identity.uri())).isPresent()) {
      throw new ProvisioningException(
          "the request is for "
              + Text.quote(request.uri().get())
              + ", but "
              + identity.name()
              + " is "
              + identity.uri()
              + ", perhaps you should ask for another request");
    }
  }

  /** A revoked member is, once it was given a token. */
  private void requireWelcome(Register register, Identity identity) throws IOException {
    Optional<Revocation> revocation =
        register.entry(identity.name()).flatMap(RegisterEntry::revocation);
    boolean invited =
        register
            .invitationOf(identity, office.now())
            .filter(invitation -> invitation.usedBy().isEmpty())
            .isPresent();
    if (revocation.isPresent() && !invited) {
      throw new ProvisioningException(
          identity.name()
              + " was revoked on "
              + revocation.get().at()
              + ", perhaps you should use `roundhouse provision reissue "
              + identity.name()
              + "` first");
    }
  }
}
