package io.roundhouse.storage;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract against the S3-compatible server that the environment names, if it names one. */
class ExternalStoreTest extends StoreContract {
  private static final String PREFIX = UUID.randomUUID() + "/";
  private static Optional<ArtifactStore> store = Optional.empty();
  private static Optional<ArtifactStore> inParts = Optional.empty();

  @BeforeAll
  static void connect() {
    String endpoint = variable("ENDPOINT");
    if (endpoint.isEmpty()) {
      System.out.println("skipped: ROUNDHOUSE_TEST_S3_ENDPOINT names no store");
    }
    assumeFalse(endpoint.isEmpty(), "ROUNDHOUSE_TEST_S3_ENDPOINT names no store");
    StoreConfig config =
        new StoreConfig(
            URI.create(endpoint),
            "eu-central-1",
            "roundhouse-test",
            variable("ACCESS_KEY"),
            variable("SECRET_KEY"));
    store = Optional.of(ArtifactStore.connect(config));
    inParts = Optional.of(ArtifactStore.connect(config, 1 << 20, 5 << 20));
  }

  @AfterAll
  static void close() {
    inParts.ifPresent(ArtifactStore::close);
    store.ifPresent(ArtifactStore::close);
  }

  @Override
  ArtifactStore store() {
    return store.orElseThrow();
  }

  @Override
  ArtifactStore storeInParts() {
    return inParts.orElseThrow();
  }

  @Override
  String prefix() {
    return PREFIX;
  }

  private static String variable(String name) {
    return Optional.ofNullable(System.getenv("ROUNDHOUSE_TEST_S3_" + name)).orElse("");
  }
}
