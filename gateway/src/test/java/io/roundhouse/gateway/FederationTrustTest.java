package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import io.roundhouse.gateway.Authority.Credentials;
import io.roundhouse.gateway.Authority.Leaf;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FederationTrustTest {
  private final Authority authority = new Authority();
  private final AtomicReference<List<X509CRL>> given = new AtomicReference<>(authority.lists());
  private final RevocationLists lists = new RevocationLists(given::get);
  private final FederationTrust trust =
      new FederationTrust("demo", IdentityReader.spiffe(), lists, List.of(authority.root()));

  FederationTrustTest() {
    lists.refresh();
  }

  @Test
  void knowsSitesAndOperators() throws CertificateException {
    Identity site = trust.admit(authority.site("berlin", "charite").chain());
    Identity operator = trust.admit(authority.operator("ana", "charite", Role.LEAD).chain());

    assertThat(site.uri()).isEqualTo("spiffe://demo/site/berlin");
    assertThat(site.organisation()).isEqualTo("charite");
    assertThat(operator.role()).contains(Role.LEAD);
  }

  @Test
  void refusesAnotherAuthority() {
    refuses(new Authority().site("berlin"), "does not lead to the federation's root");
  }

  @Test
  void refusesALeafWithoutItsIssuer() {
    assertThatThrownBy(() -> trust.admit(authority.site("berlin").chain().subList(0, 1)))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void refusesWhatALeafHasSigned() {
    Credentials berlin = authority.site("berlin");
    refuses(authority.issuedBy(berlin, Authority.siteLeaf("paris")), "not a CA certificate");
    assertThatThrownBy(
            () ->
                trust.admit(
                    authority.issuedBy(berlin, Authority.siteLeaf("paris")).chain().subList(0, 2)))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void refusesTimesThatAreOverOrToCome() {
    Instant now = Instant.now();
    Leaf leaf = Authority.siteLeaf("berlin");
    assertThatThrownBy(
            () ->
                trust.admit(
                    authority.issue(leaf.during(now.minusSeconds(9), now.minusSeconds(5))).chain()))
        .isInstanceOf(CertificateExpiredException.class);
    assertThatThrownBy(
            () ->
                trust.admit(
                    authority
                        .issue(
                            leaf.during(
                                now.plus(Duration.ofHours(1)), now.plus(Duration.ofHours(2))))
                        .chain()))
        .isInstanceOf(CertificateNotYetValidException.class);
  }

  @Test
  void refusesTheRevoked() throws CertificateException {
    Credentials berlin = authority.site("berlin");
    Credentials paris = authority.site("paris");
    trust.admit(berlin.chain());

    authority.revoke(berlin);
    given.set(authority.lists());
    lists.refresh();

    refuses(berlin, "is revoked");
    assertThatThrownBy(() -> trust.readmit(berlin.chain())).hasMessageContaining("is revoked");
    trust.readmit(paris.chain());
    assertThat(trust.admit(paris.chain()).name()).isEqualTo("paris");
  }

  @Test
  void keepsTheLastListWhileThereIsNone() {
    Credentials berlin = authority.site("berlin");
    authority.revoke(berlin);
    given.set(authority.lists());
    lists.refresh();

    given.set(List.of());
    lists.refresh();

    refuses(berlin, "is revoked");
  }

  @Test
  void refusesEverybodyOnAForgedList() {
    given.set(authority.forgedLists(new Authority()));
    lists.refresh();

    refuses(authority.site("berlin"), "there is no revocation list of");
  }

  @Test
  void refusesWhatIsNotForClients() {
    Leaf leaf = Authority.siteLeaf("berlin");
    refuses(authority.issue(leaf.notForClients()), "not one for clients");
    refuses(authority.issue(leaf.asAuthority()), "not one for clients");
  }

  @Test
  void refusesAmbiguousNames() {
    Leaf leaf = Authority.siteLeaf("berlin");
    refuses(
        authority.issue(
            leaf.withUris(List.of("spiffe://demo/site/berlin", "spiffe://demo/site/paris"))),
        "names 2 URIs");
    refuses(authority.issue(leaf.withUris(List.of())), "names 0 URIs");
    refuses(
        authority.issue(leaf.withUris(List.of("spiffe://demo/site/paris"))), "CN is not the name");
    refuses(
        authority.issue(leaf.withUris(List.of("spiffe://other/site/berlin"))),
        "federation 'other'");
    refuses(
        authority.issue(leaf.withUris(List.of("spiffe://demo/site/berlin/x"))), "not an identity");
    refuses(
        authority.issue(Leaf.of("CN=berlin,CN=paris,O=x", "spiffe://demo/site/berlin")),
        "several CN");
    refuses(
        authority.issue(Leaf.of("CN=berlin+CN=paris,O=x", "spiffe://demo/site/berlin")),
        "several CN");
    refuses(authority.issue(Leaf.of("CN=berlin", "spiffe://demo/site/berlin")), "organisation");
    refuses(authority.issue(Leaf.of("CN=berlin,O=x,OU=lead", "spiffe://demo/site/berlin")), "role");
    refuses(authority.issue(Leaf.of("CN=ana,O=x", "spiffe://demo/operator/ana")), "role");
    refuses(
        authority.issue(Leaf.of("CN=ana,O=x,OU=root", "spiffe://demo/operator/ana")), "no role");
  }

  private void refuses(Credentials credentials, String reason) {
    assertThatThrownBy(() -> trust.admit(credentials.chain()))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining(reason);
  }
}
