package io.roundhouse.node;

import io.roundhouse.domain.SiteName;
import io.roundhouse.gateway.Gateway;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.FederationLayout;
import io.roundhouse.storage.Json;
import io.roundhouse.workflows.RollCall;
import io.roundhouse.workflows.RollCallAnswers;
import io.roundhouse.workflows.RollCallInput;
import io.roundhouse.workflows.SiteProfile;
import io.roundhouse.workflows.SiteRow;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which sites have been at a server's gateway, and what they say of themselves. A site is called
 * when it comes, and again when it comes back; the book is in the store, where operators read it.
 */
final class SiteBook {
  /** Whoever was away so long may be another process when it is back. */
  private static final Duration ABSENCE = Duration.ofSeconds(90);

  /** How old what is in the store may be while sites only go on polling. */
  private static final Duration AGE = Duration.ofSeconds(30);

  private static final int MOST_CALLED = 500;
  private static final int SECONDS = 10;

  private final Gateway gateway;
  private final WorkflowClient client;
  private final ArtifactStore store;
  private final String path;
  private final AtomicLong calls = new AtomicLong(System.currentTimeMillis());
  private final Map<SiteName, SiteProfile> profiles = new HashMap<>();
  private final Map<SiteName, Instant> seen = new HashMap<>();
  private Instant written = Instant.MIN;

  SiteBook(
      Gateway gateway,
      WorkflowClient client,
      ArtifactStore store,
      String federation,
      String server) {
    this.gateway = gateway;
    this.client = client;
    this.store = store;
    this.path = new FederationLayout(federation).book(server);
  }

  /** Calls those who have come, and writes down who is there. */
  void refresh() {
    Map<SiteName, Instant> now = gateway.status().seen();
    List<SiteName> come =
        now.keySet().stream().filter(site -> hasCome(site, now)).sorted().toList();
    seen.putAll(now);
    come.forEach(profiles::remove);
    List<SiteName> unknown =
        now.keySet().stream()
            .filter(site -> !profiles.containsKey(site) && isThere(now.get(site)))
            .sorted()
            .limit(MOST_CALLED)
            .toList();
    if (!unknown.isEmpty()) {
      RollCallAnswers answers = call(unknown);
      answers.present().forEach(profile -> profiles.put(profile.site(), profile));
    }
    if (!unknown.isEmpty() || written.plus(AGE).isBefore(Instant.now())) {
      store.replace(path, Json.write(rows()), "application/json");
      written = Instant.now();
    }
  }

  private boolean hasCome(SiteName site, Map<SiteName, Instant> now) {
    Instant before = seen.get(site);
    Instant last = now.get(site);
    return before == null
        || (last != null && Duration.between(before, last).compareTo(ABSENCE) > 0);
  }

  private static boolean isThere(@Nullable Instant last) {
    return last != null && last.plus(ABSENCE).isAfter(Instant.now());
  }

  private RollCallAnswers call(List<SiteName> sites) {
    return client
        .newWorkflowStub(
            RollCall.class,
            WorkflowOptions.newBuilder()
                .setWorkflowId("roll-call/" + calls.incrementAndGet())
                .setTaskQueue(TaskQueues.SERVER)
                .setWorkflowExecutionTimeout(Duration.ofMinutes(2))
                .build())
        .run(new RollCallInput(sites, SECONDS));
  }

  private SiteRow[] rows() {
    Map<String, String> organisations = new HashMap<>();
    gateway.status().connected().forEach(it -> organisations.put(it.name(), it.organisation()));
    List<SiteRow> rows = new ArrayList<>();
    seen.forEach(
        (site, last) ->
            rows.add(
                new SiteRow(
                    site,
                    organisations.getOrDefault(site.value(), ""),
                    last.toEpochMilli(),
                    Optional.ofNullable(profiles.get(site)))));
    return rows.toArray(SiteRow[]::new);
  }
}
