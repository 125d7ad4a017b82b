package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import io.roundhouse.kit.Address;
import io.roundhouse.kit.Kit;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A member's side of an enrolment: asks the federation's servers, one after the other. */
public final class EnrolmentClient {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int BUSY_TRIES = 10;
  private static final Duration BUSY_PAUSE = Duration.ofSeconds(1);
  private static final int MOST_BYTES = 32 << 20;

  private final HttpClient client;
  private final List<Address> servers;

  private EnrolmentClient(HttpClient client, List<Address> servers) {
    this.client = client;
    this.servers = servers;
  }

  /** For one who has a token: only a server of the token's root is trusted. */
  public static EnrolmentClient of(EnrolmentToken token) {
    return new EnrolmentClient(
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(PinnedRoot.sslContext(token.root()))
            .build(),
        token.servers());
  }

  /** For one who has a kit. */
  public static EnrolmentClient of(Kit kit) {
    return new EnrolmentClient(
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(kit.sslContext())
            .build(),
        kit.gateways());
  }

  /**
   * Asks how far the enrolment is.
   *
   * @throws ProvisioningException if no server answers
   */
  public EnrolmentAnswer ask(EnrolmentAsk ask) {
    requireNonNull(ask, "ask is null");
    byte[] answer =
        first(
                server ->
                    HttpRequest.newBuilder(uri(server, Enrolment.PATH))
                        .header("Content-Type", "application/json")
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(ask)))
                        .build())
            .orElseThrow(
                () ->
                    new ProvisioningException(
                        "the server takes no enrolments, perhaps it is of an older release"));
    try {
      return Json.read(answer, EnrolmentAnswer.class);
    } catch (CorruptArtifactException e) {
      throw new ProvisioningException(
          "the server's answer cannot be read, perhaps it is of another release", e);
    }
  }

  /** The member's newest sealed kit; empty if there is none to be fetched. */
  public Optional<byte[]> newestKit() {
    return first(
        server ->
            HttpRequest.newBuilder(uri(server, Enrolment.KIT_PATH))
                .timeout(PATIENCE)
                .GET()
                .build());
  }

  private interface Request {
    HttpRequest to(Address server);
  }

  /** The first good answer of any server; those that have too much to do are asked again. */
  private Optional<byte[]> first(Request request) {
    for (int tries = 1; ; tries++) {
      List<String> failures = new ArrayList<>();
      boolean busy = false;
      for (Address server : servers) {
        try {
          HttpResponse<InputStream> response =
              client.send(request.to(server), HttpResponse.BodyHandlers.ofInputStream());
          try (InputStream body = response.body()) {
            if (response.statusCode() == 200) {
              return Optional.of(body.readNBytes(MOST_BYTES));
            }
            if (response.statusCode() == 404) {
              return Optional.empty();
            }
            busy |= response.statusCode() == TOO_MANY_REQUESTS;
            failures.add(server + " answers " + response.statusCode());
          }
        } catch (IOException e) {
          failures.add(
              server + ": " + Text.quote(e.getClass().getSimpleName() + " " + e.getMessage()));
        } catch (InterruptedException e) {
          throw interrupted(e);
        }
      }
      if (!busy || tries == BUSY_TRIES) {
        throw new ProvisioningException(
            "no server of the federation answers ("
                + String.join("; ", failures)
                + "), perhaps you should check the network, or ask your project admin whether it"
                + " runs");
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BUSY_PAUSE.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static ProvisioningException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ProvisioningException("interrupted", cause);
  }

  private static URI uri(Address server, String path) {
    return URI.create("https://" + server + path);
  }
}
