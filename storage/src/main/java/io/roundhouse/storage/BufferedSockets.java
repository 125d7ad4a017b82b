package io.roundhouse.storage;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import javax.net.SocketFactory;

/**
 * Sockets for large bodies. OkHttp moves eight kilobytes at a time, which would be a system call
 * and a packet each. Without Nagle's algorithm (RFC 896): with it, the last segment of an upload
 * waits some 40 ms for the acknowledgement that the other side delays.
 */
final class BufferedSockets extends SocketFactory {
  private static final int BYTES = 1 << 16;

  private final int silenceMillis;

  /**
   * @param silence after which a read or a write fails. OkHttp's own limits wake a thread for every
   *     one of them, so they are to be 0
   */
  BufferedSockets(Duration silence) {
    silenceMillis = Math.toIntExact(silence.toMillis());
  }

  @Override
  public Socket createSocket() throws IOException {
    return new Buffered(silenceMillis);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return createSocket(InetAddress.getByName(host), port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return createSocket(InetAddress.getByName(host), port, local, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(0));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
  }

  private Socket connected(InetSocketAddress remote, InetSocketAddress local) throws IOException {
    Socket socket = new Buffered(silenceMillis);
    try {
      socket.bind(local);
      socket.connect(remote);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static final class Buffered extends Socket {
    private final int silenceMillis;
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();

    Buffered(int silenceMillis) throws IOException {
      this.silenceMillis = silenceMillis;
      setTcpNoDelay(true);
      setSoTimeout(silenceMillis);
    }

    /** Without end means until the silence is too long. */
    @Override
    public void setSoTimeout(int millis) throws SocketException {
      super.setSoTimeout(millis == 0 ? silenceMillis : millis);
    }

    @Override
    public void connect(SocketAddress remote, int timeout) throws IOException {
      super.connect(remote, timeout);
      in = new BufferedInputStream(super.getInputStream(), BYTES);
      Duration silence = Duration.ofMillis(silenceMillis);
      OutputStream watched = StalledWrites.watch(this, super.getOutputStream(), silence);
      out = new BufferedOutputStream(watched, BYTES);
    }

    @Override
    public InputStream getInputStream() {
      return in;
    }

    @Override
    public OutputStream getOutputStream() {
      return out;
    }
  }
}
