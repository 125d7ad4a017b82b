package io.roundhouse.workflows;

import static java.util.stream.Collectors.joining;

import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.SiteStatus.State;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.LateSpec;
import io.roundhouse.spec.RoundsSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;

/**
 * Who is asked in the next round, or what is missing.
 *
 * @param sites the selected sites, in site order; for round 0 all that are there
 * @param wanted updates that the round is meant for
 * @param needed sites that must be there
 * @param here how many are
 * @param missing the sites that could be, and are not
 */
record Plan(List<SiteName> sites, int wanted, int needed, int here, List<SiteStatus> missing) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int MOST_NAMES = 5;
  private static final int LONGEST_REASON = 200;

  Plan {
    sites = List.copyOf(sites);
    missing = List.copyOf(missing);
  }

  static Plan of(JobSpec spec, Roster roster, LateUpdates late, int round) {
    RoundsSpec rounds = spec.rounds();
    int members = roster.members().size();
    int wanted = Math.max(rounds.wanted(members), rounds.quorum().orElse(0));
    SortedSet<SiteName> ready = roster.ready();
    boolean buffers = rounds.late() instanceof LateSpec.Buffer;
    int asked = Math.max(rounds.asked(members), wanted) - (buffers ? roster.busy() : 0);
    int fromEarlier =
        (buffers ? roster.busy() : 0) + (round > 0 ? late.due(rounds.late()).size() : 0);
    List<SiteName> selected =
        round == 0
            ? List.copyOf(ready)
            : SiteSelection.select(rounds, ready, new Seed(spec.seed()), round, asked);
    boolean requiredAreHere = buffers || ready.containsAll(rounds.required());
    int quorum = Math.max(1, rounds.quorumOf(wanted));
    boolean tooFew = ready.size() + fromEarlier < quorum;
    List<SiteStatus> missing =
        roster.all().stream()
            .filter(site -> site.state() != State.READY && site.state() != State.LEFT)
            .filter(site -> tooFew || rounds.required().contains(site.site()))
            .toList();
    int needed = requiredAreHere ? quorum : Math.max(quorum, ready.size() + 1);
    return new Plan(selected, wanted, needed, ready.size() + fromEarlier, missing);
  }

  boolean isBlocked() {
    return here < needed;
  }

  /** What is missing, in words. */
  String shortage() {
    String names = missing.stream().limit(MOST_NAMES).map(Plan::describe).collect(joining(", "));
    String more =
        missing.size() > MOST_NAMES ? " and " + (missing.size() - MOST_NAMES) + " more" : "";
    return "needs %d %s, %d %s here%s"
        .formatted(
            needed,
            needed == 1 ? "site" : "sites",
            here,
            here == 1 ? "is" : "are",
            names.isEmpty() ? "" : " (" + names + more + ")");
  }

  private static String describe(SiteStatus site) {
    String seen =
        site.lastSeen()
            .map(at -> "last seen " + TIME.format(Instant.ofEpochMilli(at)))
            .orElse("never seen");
    if (site.state() == State.OFFLINE && site.reason().startsWith(SiteFailure.CLOSED)) {
      return site.site() + " " + site.reason();
    }
    return switch (site.state()) {
      case UNFIT -> site.site() + " cannot take part: " + cut(site.reason());
      case SUSPENDED, BUSY ->
          site.site() + " " + site.state().name().toLowerCase(Locale.ROOT) + ", " + seen;
      case CALLED, READY, OFFLINE, LEFT -> site.site() + " " + seen;
    };
  }

  private static String cut(String reason) {
    return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
  }
}
