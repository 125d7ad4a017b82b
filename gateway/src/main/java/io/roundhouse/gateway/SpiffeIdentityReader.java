package io.roundhouse.gateway;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import io.roundhouse.domain.Text;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** Reads exactly one SPIFFE id, and the subject that must agree with it. */
final class SpiffeIdentityReader implements IdentityReader {
  private static final int URI = 6;

  @Override
  public Identity read(X509Certificate leaf) throws CertificateException {
    List<String> uris =
        alternativeNames(leaf).stream()
            .filter(name -> Integer.valueOf(URI).equals(name.get(0)))
            .map(name -> String.valueOf(name.get(1)))
            .toList();
    if (uris.size() != 1) {
      throw new CertificateException(
          "the certificate names " + uris.size() + " URIs, and must name one");
    }
    List<Rdn> subject = subject(leaf);
    Optional<String> role = attribute(subject, "OU");
    try {
      Identity identity =
          Identity.of(
              uris.get(0),
              attribute(subject, "O").orElseThrow(() -> missing("an organisation (O)")),
              role.map(Role::of));
      if (!attribute(subject, "CN").equals(Optional.of(identity.name()))) {
        throw new CertificateException(
            "the certificate's CN is not the name in " + Text.quote(uris.get(0)));
      }
      return identity;
    } catch (IllegalArgumentException e) {
      throw new CertificateException(e.getMessage(), e);
    }
  }

  private static Collection<List<?>> alternativeNames(X509Certificate leaf)
      throws CertificateParsingException {
    Collection<List<?>> names = leaf.getSubjectAlternativeNames();
    return names == null ? List.of() : names;
  }

  private static List<Rdn> subject(X509Certificate leaf) throws CertificateException {
    try {
      return new LdapName(leaf.getSubjectX500Principal().getName(X500Principal.RFC2253)).getRdns();
    } catch (InvalidNameException e) {
      throw new CertificateException("the certificate's subject cannot be read", e);
    }
  }

  private static Optional<String> attribute(List<Rdn> subject, String type)
      throws CertificateException {
    List<Object> values =
        subject.stream().flatMap(rdn -> values(rdn.toAttributes().get(type))).toList();
    if (values.size() > 1) {
      throw new CertificateException("the certificate's subject has several " + type);
    }
    return values.stream().findFirst().map(String::valueOf);
  }

  private static Stream<Object> values(@org.jspecify.annotations.Nullable Attribute attribute) {
    if (attribute == null) {
      return Stream.empty();
    }
    try {
      return java.util.Collections.list(attribute.getAll()).stream().map(value -> (Object) value);
    } catch (NamingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static IllegalArgumentException missing(String what) {
    return new IllegalArgumentException("the certificate lacks " + what);
  }
}
