package io.roundhouse.operate;

import io.roundhouse.connection.KitConnection;
import io.roundhouse.domain.SiteName;
import io.roundhouse.kit.Kit;
import io.roundhouse.storage.FederationLayout;
import io.roundhouse.storage.GatewayArtifacts;
import io.roundhouse.storage.Json;
import io.roundhouse.storage.StorageException;
import io.roundhouse.storage.StoredObject;
import io.roundhouse.terminal.Failure;
import io.roundhouse.workflows.SiteRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The sites of a federation, by the books of all its servers. */
final class FederationSites {
  /** A gateway asks for a site's tasks at least once a minute, a server writes its book twice. */
  static final Duration ONLINE = Duration.ofSeconds(150);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private FederationSites() {}

  /**
   * All that have ever been at a gateway since its server was started, the newest news of each.
   *
   * @throws Failure if no gateway gives it
   */
  static Collection<SiteRow> of(Kit operator) {
    SortedMap<SiteName, SiteRow> newest = new TreeMap<>();
    String folder = new FederationLayout(operator.identity().federation()).books();
    try (GatewayArtifacts artifacts = KitConnection.artifacts(operator, PATIENCE)) {
      for (StoredObject book : artifacts.list(folder)) {
        for (SiteRow row : read(artifacts, book.path())) {
          newest.merge(row.site(), row, FederationSites::newer);
        }
      }
    } catch (StorageException e) {
      throw Failure.badInput(String.valueOf(e.getMessage()));
    }
    return newest.values();
  }

  /**
   * The names of the servers that have written a book.
   *
   * @throws Failure if no gateway gives it
   */
  static List<String> servers(Kit operator) {
    String folder = new FederationLayout(operator.identity().federation()).books();
    try (GatewayArtifacts artifacts = KitConnection.artifacts(operator, PATIENCE)) {
      return artifacts.list(folder).stream()
          .map(book -> book.path().substring(folder.length()).replaceFirst("\\.json$", ""))
          .sorted()
          .toList();
    } catch (StorageException e) {
      throw Failure.badInput(String.valueOf(e.getMessage()));
    }
  }

  private static SiteRow newer(SiteRow one, SiteRow other) {
    return one.lastSeen() >= other.lastSeen() ? one : other;
  }

  private static SiteRow[] read(GatewayArtifacts artifacts, String path) {
    try {
      Path file = Files.createTempFile("roundhouse-", ".json");
      try {
        artifacts.download(path, file);
        return Json.read(Files.readAllBytes(file), SiteRow[].class);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it has been heard of lately. */
  static boolean isOnline(SiteRow row, Instant now) {
    return Instant.ofEpochMilli(row.lastSeen()).plus(ONLINE).isAfter(now);
  }
}
