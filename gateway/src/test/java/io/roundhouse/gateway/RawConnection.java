package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A TLS connection on which a test writes what it likes. */
final class RawConnection implements AutoCloseable {
  private final SSLSocket socket;

  private RawConnection(SSLSocket socket) {
    this.socket = socket;
  }

  /** Connects; with TLS 1.3 a refusal of the certificate shows at the first read only. */
  static RawConnection open(
      SSLContext tls, InetSocketAddress gateway, String protocol, String version)
      throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", gateway.getPort());
    try {
      SSLParameters parameters = socket.getSSLParameters();
      if (!protocol.isEmpty()) {
        parameters.setApplicationProtocols(new String[] {protocol});
      }
      parameters.setProtocols(new String[] {version});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(60_000);
      socket.setTcpNoDelay(true);
      socket.startHandshake();
      return new RawConnection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  static RawConnection http(SSLContext tls, InetSocketAddress gateway) throws IOException {
    return open(tls, gateway, "http/1.1", "TLSv1.3");
  }

  RawConnection send(String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
    return this;
  }

  void send(byte[] bytes, int offset, int length) throws IOException {
    socket.getOutputStream().write(bytes, offset, length);
    socket.getOutputStream().flush();
  }

  /** The head of an answer, up to its empty line. */
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    for (int c = in.read(); c >= 0; c = in.read()) {
      head.append((char) c);
      if (head.length() > 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
        break;
      }
    }
    return head.toString();
  }

  /** A whole answer with a Content-Length. */
  String answer() throws IOException {
    String head = head();
    java.util.regex.Matcher length =
        java.util.regex.Pattern.compile("(?i)content-length: ([0-9]+)").matcher(head);
    return length.find()
        ? head + new String(body(Integer.parseInt(length.group(1))), ISO_8859_1)
        : head;
  }

  byte[] body(int bytes) throws IOException {
    return socket.getInputStream().readNBytes(bytes);
  }

  /** All that comes until the gateway closes the connection. */
  String rest() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  /** Ends without a word, as a machine does that loses its network. */
  void cut() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
