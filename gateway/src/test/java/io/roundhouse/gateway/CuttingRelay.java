package io.roundhouse.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A line to a gateway that breaks after so many bytes, again and again. */
final class CuttingRelay implements AutoCloseable {
  private final InetSocketAddress target;
  private final ServerSocket server;
  private final AtomicLong limit;
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean growing;

  CuttingRelay(InetSocketAddress target, long limit) throws IOException {
    this.target = target;
    this.limit = new AtomicLong(limit);
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  /** Each connection holds twice as long as the one before. */
  CuttingRelay growing() {
    growing = true;
    return this;
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        connections.incrementAndGet();
        Socket gateway = new Socket(target.getAddress(), target.getPort());
        AtomicLong left =
            new AtomicLong(growing ? limit.getAndUpdate(was -> 2 * was) : limit.get());
        thread(() -> copy(client, gateway, left));
        thread(() -> copy(gateway, client, left));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void copy(Socket from, Socket to, AtomicLong left) {
    byte[] chunk = new byte[1 << 16];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        if (left.addAndGet(-n) < 0) {
          from.setSoLinger(true, 0);
          to.setSoLinger(true, 0);
          return;
        }
        out.write(chunk, 0, n);
      }
    } catch (IOException e) {
      // The other direction was cut.
    }
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task, "cutting-relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
