package io.roundhouse.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.roundhouse.services.ServiceException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Health and metrics of a process, for its own side of the network: {@code GET /health} answers 200
 * or 503 with one line for each part, {@code GET /metrics} is for Prometheus.
 */
final class Management implements AutoCloseable {
  private final HttpServer server;

  private Management(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts it.
   *
   * @param address {@code host:port}
   * @param health each part's name and what is wrong with it; empty if nothing is
   * @throws ServiceException if it cannot listen there
   */
  static Management start(
      String address, Supplier<Map<String, String>> health, PrometheusMeterRegistry metrics) {
    int colon = address.lastIndexOf(':');
    InetSocketAddress place =
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    try {
      HttpServer server = HttpServer.create(place, 0);
      server.createContext("/health", exchange -> answerHealth(exchange, health.get()));
      server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.scrape()));
      server.start();
      return new Management(server);
    } catch (IOException e) {
      throw new ServiceException(
          "cannot listen on "
              + address
              + " ("
              + e.getMessage()
              + "), perhaps you should set another management address",
          e);
    }
  }

  private static void answerHealth(HttpExchange exchange, Map<String, String> health)
      throws IOException {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(health)
        .forEach(
            (part, problem) ->
                text.append(part)
                    .append(": ")
                    .append(problem.isEmpty() ? "ok" : problem)
                    .append('\n'));
    boolean ok = health.values().stream().allMatch(String::isEmpty);
    answer(exchange, ok ? 200 : 503, text.toString());
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
