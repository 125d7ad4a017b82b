package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.roundhouse.domain.Digest;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/** Tokens that the authority gives out, and what becomes of them. */
final class Invitations {
  /** How long a token can be used. */
  static final Duration USUAL = Duration.ofDays(7);

  private static final int ID_BYTES = 8;
  private static final int MOST_SERVERS = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final KitOffice office;
  private final Workspace workspace;

  Invitations(KitOffice office) {
    this.office = office;
    this.workspace = office.workspace();
  }

  /** Makes a token for a member; those it has are of no more use. */
  KitReport.Row invite(FederationSpec spec, KitOrder order, Duration validity) {
    return workspace.change(
        () -> {
          Instant now = office.now();
          byte[] id = new byte[ID_BYTES];
          RANDOM.nextBytes(id);
          EnrolmentToken token =
              EnrolmentToken.issue(
                  Files.readAllBytes(workspace.ca().sealingKey()),
                  HexFormat.of().formatHex(id),
                  order.identity(),
                  spec.gateways().stream().limit(MOST_SERVERS).toList(),
                  office.fingerprint(),
                  now.plus(validity));
          Register register = workspace.register().forgetting(now);
          for (Invitation earlier : register.invitations()) {
            if (earlier.identity().equals(order.identity()) && earlier.usedBy().isEmpty()) {
              register = register.withoutInvitation(earlier.id());
            }
          }
          workspace.write(
              register.with(
                  new Invitation(
                      token.id(),
                      order.identity(),
                      order.validity().toSeconds(),
                      token.proof(),
                      token.expires(),
                      Optional.empty())));
          return new KitReport.Row(
              order.identity(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(token.text()),
              token.expires());
        });
  }

  /**
   * Uses a token for a request, once: asking again with the same request changes nothing.
   *
   * @param proof SHA-256 of the token's secret
   * @throws ProvisioningException if it is not valid, has expired, or was used for another request
   */
  Invitation redeem(String id, Digest proof, CertificateRequest request) {
    return workspace.change(
        () -> {
          Register register = workspace.register();
          Invitation invitation = require(register, id, proof);
          if (invitation.usedBy().filter(used -> !used.equals(request.sha256())).isPresent()) {
            throw new ProvisioningException(
                "the token was used already, for another key, perhaps you should ask your project"
                    + " admin for a new one, and whether somebody else used it");
          }
          if (invitation.usedBy().isEmpty() && invitation.expires().isBefore(office.now())) {
            throw new ProvisioningException(
                "the token expired on "
                    + invitation.expires()
                    + ", perhaps you should ask your project admin for a new one");
          }
          boolean fits =
              request.name().equals(invitation.identity().name())
                  && request
                      .uri()
                      .filter(uri -> !uri.equals(invitation.identity().uri()))
                      .isEmpty();
          if (!fits) {
            throw new ProvisioningException(
                "the token is for "
                    + invitation.identity().uri()
                    + ", the request for "
                    + request.uri().orElse(request.name())
                    + ", perhaps you should use `roundhouse enroll <token>` in an empty folder");
          }
          Invitation used = invitation.usedBy(request.sha256());
          workspace.write(register.with(used));
          return used;
        });
  }

  private static Invitation require(Register register, String id, Digest proof) {
    Optional<Invitation> invitation = register.invitation(id);
    byte[] expected =
        invitation.map(Invitation::proof).map(Digest::hex).orElse("").getBytes(US_ASCII);
    if (!MessageDigest.isEqual(expected, proof.hex().getBytes(US_ASCII))) {
      throw new ProvisioningException(
          "the token is not known, perhaps you should ask your project admin for a new one");
    }
    return invitation.orElseThrow();
  }
}
