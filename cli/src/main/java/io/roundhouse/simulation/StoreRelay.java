package io.roundhouse.simulation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between a store and its clients, on the loopback interface, and makes trouble: it refuses,
 * delays or breaks off requests. Clients sign for its own address, which the store takes from the
 * Host header.
 */
public final class StoreRelay implements AutoCloseable {
  private static final long DELAY_MILLIS = 300;
  private static final String REFUSAL = "<Error><Code>SlowDown</Code></Error>";
  private static final int BACKLOG = 256;

  private final URI store;
  private final Troublemaker troublemaker;
  private final ServerSocket entrance;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "store-relay");
            thread.setDaemon(true);
            return thread;
          });

  /** What happens to a request. */
  public enum Trouble {
    /** It gets its answer. */
    NONE,
    /** It gets a 503, and the store does not see it. */
    REFUSE,
    /** It gets its answer 0.3 s later. */
    DELAY,
    /** Its connection breaks in the middle of its body, or at once if it has none. */
    CUT_REQUEST,
    /** The store does what it is asked; the connection breaks in the middle of the answer. */
    CUT_ANSWER
  }

  /** Decides what happens to which request; asked by many threads at once. */
  public interface Troublemaker {
    /**
     * What happens to a request.
     *
     * @param method {@code GET}, {@code PUT} and so on
     * @param path with bucket and query: {@code /bucket/object?…}
     */
    Trouble decide(String method, String path);
  }

  private StoreRelay(URI store, Troublemaker troublemaker, ServerSocket entrance) {
    this.store = requireNonNull(store, "store is null");
    this.troublemaker = requireNonNull(troublemaker, "troublemaker is null");
    this.entrance = entrance;
  }

  /**
   * Starts a relay on a free port.
   *
   * @param store {@code http://host:port}
   */
  public static StoreRelay start(URI store, Troublemaker troublemaker) {
    try {
      StoreRelay relay =
          new StoreRelay(
              store,
              troublemaker,
              new ServerSocket(0, BACKLOG, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
      relay.threads.execute(relay::accept);
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException("no relay could be started on a loopback port", e);
    }
  }

  /** Where clients find it. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + entrance.getLocalPort());
  }

  @Override
  public void close() {
    threads.shutdownNow();
    end(entrance);
    open.forEach(StoreRelay::end);
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        Socket client = entrance.accept();
        threads.execute(() -> serve(client));
      } catch (IOException | RuntimeException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client;
        Socket upstream = new Socket(store.getHost(), store.getPort())) {
      open.add(upstream);
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      new Connection(client, upstream).serve();
      open.remove(upstream);
    } catch (IOException broken) {
      // Whoever is left at the other end has noticed.
      return;
    } finally {
      open.remove(client);
    }
  }

  /** A client's connection and its counterpart at the store. */
  private final class Connection {
    private final Socket client;
    private final Socket upstream;
    private final InputStream fromClient;
    private final InputStream fromStore;
    private final OutputStream toClient;
    private final OutputStream toStore;

    Connection(Socket client, Socket upstream) throws IOException {
      this.client = client;
      this.upstream = upstream;
      fromClient = new BufferedInputStream(client.getInputStream());
      fromStore = new BufferedInputStream(upstream.getInputStream());
      toClient = new BufferedOutputStream(client.getOutputStream());
      toStore = new BufferedOutputStream(upstream.getOutputStream());
    }

    void serve() throws IOException {
      boolean goesOn = true;
      while (goesOn) {
        Optional<HttpMessage> request = HttpMessage.read(fromClient);
        goesOn = request.isPresent() && serve(request.get());
      }
    }

    /** Whether another request may follow. */
    private boolean serve(HttpMessage request) throws IOException {
      long body = request.length().orElse(0L);
      switch (troublemaker.decide(request.word(0), request.word(1))) {
        case REFUSE -> {
          HttpMessage.copy(fromClient, OutputStream.nullOutputStream(), body);
          refuse(request.word(0));
          return true;
        }
        case CUT_REQUEST -> {
          request.writeTo(toStore);
          HttpMessage.copy(fromClient, toStore, body / 2);
          cut();
          return false;
        }
        case CUT_ANSWER -> {
          HttpMessage answer = forward(request, body);
          if (answer.length().orElse(0L) > 1) {
            answer.writeTo(toClient);
            HttpMessage.copy(fromStore, toClient, answer.length().get() / 2);
          }
          cut();
          return false;
        }
        case DELAY -> pause();
        case NONE -> {}
      }
      HttpMessage answer = forward(request, body);
      answer.writeTo(toClient);
      answer.copyAnswer(request.word(0), fromStore, toClient);
      toClient.flush();
      return !answer.closes() && !request.closes();
    }

    private HttpMessage forward(HttpMessage request, long body) throws IOException {
      request.writeTo(toStore);
      HttpMessage.copy(fromClient, toStore, body);
      return HttpMessage.read(fromStore).orElseThrow(() -> new IOException("no answer"));
    }

    private void refuse(String method) throws IOException {
      String body = method.equals("HEAD") ? "" : REFUSAL;
      String answer =
          "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      toClient.write(answer.getBytes(US_ASCII));
      toClient.flush();
    }

    /** Sends both ends a reset in place of an orderly end. */
    private void cut() throws IOException {
      client.setSoLinger(true, 0);
      upstream.setSoLinger(true, 0);
      client.close();
      upstream.close();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(DELAY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the relay is closed", e);
    }
  }

  private static void end(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
