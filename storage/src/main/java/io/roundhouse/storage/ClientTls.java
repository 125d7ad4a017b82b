package io.roundhouse.storage;

import static java.util.Objects.requireNonNull;

import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;

/**
 * What a client of a gateway shows and believes.
 *
 * @param sockets with the own certificate and its key
 * @param trust believes the federation's root only; the same that {@code sockets} use
 */
public record ClientTls(SSLSocketFactory sockets, X509TrustManager trust) {
  public ClientTls {
    requireNonNull(sockets, "sockets is null");
    requireNonNull(trust, "trust is null");
  }
}
