package io.roundhouse.services;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Free TCP ports of the loopback interface. */
public final class FreePorts {
  private static final int TRIES = 500;

  /** SeaweedFS answers gRPC so far above each of its ports. */
  static final int WEED_GRPC = 10_000;

  private FreePorts() {}

  /** The wanted port if it is free, else the next one above that is. */
  public static int near(int wanted) {
    return near(wanted, 0);
  }

  /** Likewise, with the port {@code above} it free as well if that is not 0. */
  static int near(int wanted, int above) {
    for (int port = wanted; port < wanted + TRIES; port++) {
      if (isFree(port) && (above == 0 || isFree(port + above))) {
        return port;
      }
    }
    throw new ServiceException(
        "no port from " + wanted + " on is free, perhaps you should end what listens there");
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
