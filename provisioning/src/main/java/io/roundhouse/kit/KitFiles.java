package io.roundhouse.kit;

import java.util.List;

/** Names of the files of a kit, relative to its folder and with slashes. */
public final class KitFiles {
  /** {@link KitDescription}. */
  public static final String DESCRIPTION = "kit.json";

  /** The certificate that everything is trusted by. */
  public static final String ROOT = "certificates/root.pem";

  /** The kit's own certificate, then that of the issuing authority. */
  public static final String CHAIN = "certificates/chain.pem";

  /** The kit's private key; not signed, as it may be made at the site. */
  public static final String KEY = "certificates/key.pem";

  /** Revoked certificates when a server's kit was made. */
  public static final String REVOKED = "certificates/crl.pem";

  /** How a server is set up. */
  public static final String SERVER = "server.yml";

  /** {@link SignedFiles}. */
  public static final String SIGNED = "signed.json";

  /** The signature of {@link #SIGNED}. */
  public static final String SIGNATURE = "signed.sig";

  /** What the kit's organisation owns and may change. */
  public static final String LOCAL = "local/";

  /** What a running kit writes. */
  public static final String RUN = "run/";

  /** The root's fingerprint as its owner learnt it, if the owner noted it. */
  public static final String TRUSTED_ROOT = "local/root.sha256";

  /** A newer list of revoked certificates than the signed one, if there is one. */
  public static final String NEWER_REVOKED = "local/crl.pem";

  /** Files that a signature does not cover, besides folders that it does not. */
  static final List<String> UNSIGNED = List.of(KEY, SIGNED, SIGNATURE);

  private KitFiles() {}

  /** Whether the signature of a kit covers the file. */
  public static boolean isSigned(String file) {
    return !file.startsWith(LOCAL) && !file.startsWith(RUN) && !UNSIGNED.contains(file);
  }
}
