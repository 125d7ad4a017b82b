package io.roundhouse.kit;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import io.roundhouse.domain.Text;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * The one place that says whose certificate one is. Only the form that the federation's authority
 * writes is read: whatever could be understood in two ways is refused. That the certificate is
 * genuine, valid and not revoked is for others to find out.
 */
public final class CertificateIdentity {
  private static final String CLIENT = "1.3.6.1.5.5.7.3.2";
  private static final String SERVER = "1.3.6.1.5.5.7.3.1";
  private static final int DNS_NAME = 2;
  private static final int URI = 6;
  private static final int IP_ADDRESS = 7;
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int SIGNS_CERTIFICATES = 5;

  private final X509Certificate certificate;
  private final List<String> problems = new ArrayList<>();

  private CertificateIdentity(X509Certificate certificate) {
    this.certificate = certificate;
  }

  /**
   * Whose certificate it is.
   *
   * @param federation the only one whose members are known here
   * @throws KitException with every reason why nobody's
   */
  public static Identity of(X509Certificate certificate, String federation) {
    Identity identity = of(certificate);
    if (!identity.federation().equals(federation)) {
      throw new KitException(
          "the certificate of " + Text.quote(identity.uri()),
          List.of(
              "it belongs to federation "
                  + identity.federation()
                  + ", not to "
                  + Text.quote(federation)
                  + ", perhaps you should take the kit of this federation"));
    }
    return identity;
  }

  /**
   * Whose certificate it is, in whatever federation.
   *
   * @throws KitException with every reason why nobody's
   */
  public static Identity of(X509Certificate certificate) {
    CertificateIdentity reader = new CertificateIdentity(certificate);
    Optional<Identity> identity = reader.read();
    if (identity.isEmpty() || !reader.problems.isEmpty()) {
      throw new KitException(
          "the certificate of " + Text.quote(certificate.getSubjectX500Principal().getName()),
          reader.problems);
    }
    return identity.get();
  }

  private Optional<Identity> read() {
    check(certificate.getVersion() == 3, "it is not of version 3");
    check(certificate.getBasicConstraints() < 0, "it is that of an authority");
    check(!certificate.hasUnsupportedCriticalExtension(), "it has an unknown critical extension");
    boolean[] usage = certificate.getKeyUsage();
    check(
        usage != null && usage[DIGITAL_SIGNATURE] && !usage[SIGNS_CERTIFICATES],
        "its key usage is not that of a member");
    Map<String, String> subject = subject();
    Optional<String> uri = uri();
    if (uri.isEmpty() || !problems.isEmpty()) {
      return Optional.empty();
    }
    Optional<Identity> identity = identity(uri.get(), subject);
    identity.ifPresent(this::checkPurpose);
    return identity;
  }

  private Optional<Identity> identity(String uri, Map<String, String> subject) {
    try {
      Identity identity =
          Identity.of(
              uri,
              subject.getOrDefault("O", ""),
              Optional.ofNullable(subject.get("OU")).map(Role::of));
      check(
          identity.name().equals(subject.get("CN")),
          "its common name "
              + Text.quote(String.valueOf(subject.get("CN")))
              + " is not the name in "
              + Text.quote(uri));
      return Optional.of(identity);
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void checkPurpose(Identity identity) {
    boolean isServer = identity.kind() == Identity.Kind.SERVER;
    Set<String> expected = isServer ? Set.of(SERVER, CLIENT) : Set.of(CLIENT);
    try {
      List<String> purposes = certificate.getExtendedKeyUsage();
      check(
          purposes != null
              && purposes.size() == expected.size()
              && expected.equals(Set.copyOf(purposes)),
          "its extended key usage is not that of a " + identity.kind());
    } catch (CertificateParsingException e) {
      problems.add("its extended key usage cannot be read");
    }
    for (List<?> name : alternativeNames()) {
      int type = (Integer) name.get(0);
      check(
          type == URI || (isServer && (type == DNS_NAME || type == IP_ADDRESS)),
          "it has a name of another kind: " + Text.quote(String.valueOf(name.get(1))));
    }
  }

  /** The one URI among its names. */
  private Optional<String> uri() {
    List<String> uris =
        alternativeNames().stream()
            .filter(name -> (Integer) name.get(0) == URI)
            .map(name -> String.valueOf(name.get(1)))
            .toList();
    check(uris.size() == 1, "it has " + uris.size() + " URIs as names where there should be one");
    return uris.stream().findFirst();
  }

  private Collection<List<?>> alternativeNames() {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      problems.add("its alternative names cannot be read");
      return List.of();
    }
  }

  /** Common name, organisation and role, each at most once and on its own. */
  private Map<String, String> subject() {
    Map<String, String> parts = new LinkedHashMap<>();
    try {
      for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        check(
            rdn.size() == 1
                && Set.of("CN", "O", "OU").contains(rdn.getType())
                && rdn.getValue() instanceof String
                && parts.put(rdn.getType(), (String) rdn.getValue()) == null,
            "its subject is not of the form CN=name, O=organisation, OU=role");
      }
    } catch (InvalidNameException e) {
      problems.add("its subject cannot be read");
    }
    return parts;
  }

  private void check(boolean holds, String problem) {
    if (!holds && !problems.contains(problem)) {
      problems.add(problem);
    }
  }
}
