package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.roundhouse.domain.Identity;
import io.roundhouse.federation.Member;
import io.roundhouse.federation.MemberCertificate;
import io.roundhouse.kit.Address;
import io.roundhouse.kit.CertificateChain;
import io.roundhouse.kit.KitDescription;
import io.roundhouse.kit.Pem;
import io.roundhouse.kit.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One numbered folder of kits in the making. It counts when {@link #finish} has written the
 * register and given it its name; what breaks off before leaves nothing behind that counts.
 */
final class KitRun {
  private static final Pattern PART = Pattern.compile("\\.kits-(\\d{4,9})\\.part");
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Without letters and digits that are taken for each other. */
  private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

  private static final int GROUPS = 5;
  private static final int GROUP = 5;

  private final Workspace workspace;
  private final CertificateAuthority authority;
  private final List<Address> gateways;
  private final String revocations;
  private final String sealingKey;
  private final Clock clock;
  private final int number;
  private final Path part;
  private final KitSteps steps = KitSteps.found();
  private final List<KitReport.Row> rows = new ArrayList<>();
  private Register register;

  private KitRun(
      Workspace workspace,
      CertificateAuthority authority,
      List<Address> gateways,
      Register register,
      Clock clock)
      throws IOException {
    this.workspace = workspace;
    this.authority = authority;
    this.gateways = gateways;
    this.register = register;
    this.clock = clock;
    number = workspace.nextNumber();
    part = workspace.folder().resolve("." + workspace.kits(number).getFileName() + ".part");
    revocations = Files.readString(workspace.revocations());
    sealingKey =
        Base64.getEncoder().encodeToString(Files.readAllBytes(workspace.ca().sealingKey()));
  }

  /** Begins one, after what an earlier one left unfinished is cleared up. */
  static KitRun begin(
      Workspace workspace,
      CertificateAuthority authority,
      List<Address> gateways,
      Register register,
      Clock clock)
      throws IOException {
    clearUp(workspace, register);
    KitRun run = new KitRun(workspace, authority, gateways, register, clock);
    PrivateFiles.newFolder(run.part);
    PrivateFiles.folder(workspace.certificate("0").resolveSibling(""));
    return run;
  }

  /** A folder whose certificates are in the register gets its name; any other is taken away. */
  static void clearUp(Workspace workspace, Register register) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(workspace.folder())) {
      files = all.toList();
    }
    for (Path file : files) {
      Matcher name = PART.matcher(String.valueOf(file.getFileName()));
      if (name.matches()) {
        int number = Integer.parseInt(name.group(1));
        boolean counts =
            register.members().stream()
                .flatMap(member -> member.certificates().stream())
                .anyMatch(certificate -> certificate.kit() == number);
        if (counts) {
          Files.move(file, workspace.kits(number));
        } else {
          Folders.delete(file);
        }
      }
    }
  }

  int number() {
    return number;
  }

  /** Makes a kit whose key is made here. */
  void make(KitOrder order, Delivery delivery) throws IOException {
    KeyPair keys = Keys.generate();
    make(order, keys.getPublic(), Optional.of(keys.getPrivate()), delivery, "kit-" + number);
  }

  /** Makes a kit for a member that has its key; a request is the name of what is answered by it. */
  MemberCertificate make(KitOrder order, PublicKey key, String request) throws IOException {
    return make(order, key, Optional.empty(), new Delivery.Sealed(), request);
  }

  private MemberCertificate make(
      KitOrder order,
      PublicKey publicKey,
      Optional<PrivateKey> key,
      Delivery delivery,
      String request)
      throws IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Identity identity = order.identity();
    CertificateChain chain =
        authority.issue(identity, publicKey, order.addresses(), order.validity());
    MemberCertificate certificate =
        new MemberCertificate(
            Certificates.serial(chain.member()),
            CertificateChain.fingerprint(chain.member()),
            chain.member().getNotBefore().toInstant(),
            chain.member().getNotAfter().toInstant(),
            authority.number(),
            number,
            Optional.empty());
    PrivateFiles.create(
        workspace.certificate(certificate.serial()),
        Pem.write(List.of(chain.member())).getBytes(US_ASCII));
    String password = password(delivery);
    steps.make(
        new KitPlan(
            identity,
            KitDescription.of(identity, gateways, number, now),
            chain,
            key,
            order.settings(),
            sealingKey,
            revocations,
            delivery,
            password,
            part,
            authority::sign));
    register = register.with(entry(order, certificate, key.isEmpty(), request));
    rows.add(
        new KitReport.Row(
            identity,
            Optional.of(workspace.kits(number).resolve(order.name() + suffix(delivery))),
            password.isEmpty() ? Optional.empty() : Optional.of(password),
            Optional.empty(),
            certificate.until()));
    return certificate;
  }

  private RegisterEntry entry(
      KitOrder order, MemberCertificate certificate, boolean ownKey, String request) {
    int change = register.change() + 1;
    Optional<RegisterEntry> known =
        register
            .entry(order.name())
            .filter(entry -> entry.member().identity().kind() == order.identity().kind());
    List<MemberCertificate> earlier =
        known.map(entry -> entry.member().certificates()).orElse(List.of());
    return new RegisterEntry(
            new Member(order.identity(), order.studies(), current(earlier)),
            order.addresses(),
            order.validity().toSeconds(),
            ownKey,
            change,
            known.map(RegisterEntry::requests).orElse(Map.of()))
        .issued(certificate, request, change);
  }

  /** Without those that have ended, which nobody asks for any more. */
  private List<MemberCertificate> current(List<MemberCertificate> certificates) {
    Instant now = clock.instant();
    return certificates.stream().filter(certificate -> certificate.until().isAfter(now)).toList();
  }

  /** Makes what was made count. */
  KitReport finish() throws IOException {
    if (rows.isEmpty()) {
      Folders.delete(part);
      workspace.write(register);
    } else {
      workspace.write(register);
      Files.move(part, workspace.kits(number));
      PrivateFiles.sync(workspace.folder());
    }
    return new KitReport(
        register.federation(), CertificateChain.fingerprint(authority.root()), rows, notes());
  }

  private List<String> notes() {
    Instant last = authority.certificate().getNotAfter().toInstant();
    return rows.stream().anyMatch(row -> row.until().equals(last))
        ? List.of(
            "certificates cannot outlast the authority that issues them, which ends on "
                + last
                + ", perhaps you should make a new one with `roundhouse provision rotate`, and"
                + " renew these kits")
        : List.of();
  }

  /** Takes back what was made. */
  void abandon() throws IOException {
    Folders.delete(part);
  }

  private static String suffix(Delivery delivery) {
    if (delivery instanceof Delivery.Zips) {
      return ".zip";
    }
    return delivery instanceof Delivery.Sealed ? SealedStep.SUFFIX : "";
  }

  /** That of the delivery, or a new one of 123 bits. */
  private static String password(Delivery delivery) {
    if (!(delivery instanceof Delivery.Zips zips)) {
      return "";
    }
    if (!zips.password().isEmpty()) {
      return zips.password();
    }
    StringBuilder password = new StringBuilder();
    for (int i = 0; i < GROUPS * GROUP; i++) {
      password.append(i > 0 && i % GROUP == 0 ? "-" : "");
      password.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return password.toString();
  }
}
