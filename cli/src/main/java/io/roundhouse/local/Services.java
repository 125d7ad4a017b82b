package io.roundhouse.local;

import static java.util.stream.Collectors.joining;

import io.roundhouse.connection.Connection;
import io.roundhouse.domain.Text;
import io.roundhouse.services.Tools.Tool;
import io.roundhouse.storage.StoreConfig;
import io.roundhouse.terminal.Failure;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for services that run already: the others are started. */
final class Services {
  private static final String REGION = "eu-central-1";
  private static final String BUCKET = "roundhouse";

  @Option(
      names = "--temporal",
      paramLabel = "HOST:PORT",
      description =
          "A Temporal that runs already, on whatever database; its namespace default must be used"
              + " by no other federation.")
  private @Nullable String temporal;

  @Option(
      names = "--store",
      paramLabel = "URL",
      description =
          "An S3 server that runs already, in place of SeaweedFS; its bucket "
              + BUCKET
              + " is made if it is not there. Its keys are read from "
              + StoreConfig.ACCESS_KEY_VARIABLE
              + " and "
              + StoreConfig.SECRET_KEY_VARIABLE
              + ".")
  private @Nullable String store;

  /**
   * Looks at all of them.
   *
   * @throws Failure with every problem
   */
  void check() {
    List<String> problems = new ArrayList<>();
    try {
      temporal();
    } catch (IllegalArgumentException e) {
      problems.add("--temporal: " + e.getMessage());
    }
    try {
      store();
    } catch (IllegalArgumentException e) {
      problems.add("--store: " + e.getMessage());
    }
    if (!problems.isEmpty()) {
      throw Failure.badSpec(problems);
    }
  }

  /** {@code host:port} of the Temporal that runs. */
  Optional<String> temporal() {
    return Optional.ofNullable(temporal)
        .map(at -> new Connection(at, Connection.DEFAULT_NAMESPACE, Optional.empty()).address());
  }

  /** The S3 server that runs. */
  Optional<StoreConfig> store() {
    return Optional.ofNullable(store).map(endpoint -> config(endpoint, System.getenv()));
  }

  private static StoreConfig config(String endpoint, Map<String, String> environment) {
    String accessKey = environment.getOrDefault(StoreConfig.ACCESS_KEY_VARIABLE, "");
    String secretKey = environment.getOrDefault(StoreConfig.SECRET_KEY_VARIABLE, "");
    if (accessKey.isBlank() || secretKey.isBlank()) {
      throw new IllegalArgumentException(
          "there are no keys for "
              + Text.quote(endpoint)
              + ", perhaps you should set "
              + StoreConfig.ACCESS_KEY_VARIABLE
              + " and "
              + StoreConfig.SECRET_KEY_VARIABLE);
    }
    return new StoreConfig(URI.create(endpoint), REGION, BUCKET, accessKey, secretKey);
  }

  /** What has to be started. */
  Set<Tool> needed() {
    Set<Tool> needed = EnumSet.noneOf(Tool.class);
    if (temporal == null) {
      needed.add(Tool.TEMPORAL);
    }
    if (store == null) {
      needed.add(Tool.WEED);
    }
    return needed;
  }

  /** The same in words. */
  String names() {
    return needed().stream()
        .map(tool -> tool == Tool.TEMPORAL ? "Temporal" : "the store")
        .collect(joining(" and "));
  }
}
