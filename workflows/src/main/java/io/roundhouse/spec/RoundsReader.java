package io.roundhouse.spec;

import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.LateSpec.Staleness;
import io.roundhouse.spec.RoundsSpec.BelowQuorum;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads a spec's {@code rounds}, and looks whether so many sites can run them. */
final class RoundsReader {
  private static final int MOST_SITES = 100_000;
  private static final int MOST_NAMED = 10;
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final Map<String, BelowQuorum> BELOW_QUORUM =
      Map.of(
          "fail",
          BelowQuorum.FAIL,
          "extend",
          BelowQuorum.EXTEND,
          "repeat",
          BelowQuorum.REPEAT,
          "skip",
          BelowQuorum.SKIP);

  private RoundsReader() {}

  /** Reads the section; what is wrong with it is noted there. */
  static RoundsSpec read(Section rounds) {
    RoundsSpec spec =
        new RoundsSpec(
            rounds.integer("count", 10, 1, 1_000_000),
            selection(rounds.typed("selection")),
            required(rounds),
            rounds.optionalInteger("quorum", 1, MOST_SITES),
            rounds.optionalInteger("target", 1, MOST_SITES),
            rounds.duration("deadline", Duration.ofHours(1), SHORTEST, LONGEST),
            rounds.duration("offlineAfter", Duration.ofMinutes(1), SHORTEST, Duration.ofDays(30)),
            rounds.duration(
                "heartbeat", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofDays(1)),
            rounds.integer("spare", 0, 0, MOST_SITES),
            rounds.choice("belowQuorum", BELOW_QUORUM, BelowQuorum.FAIL),
            rounds.integer("repeats", 3, 1, 1_000),
            rounds.duration("waitForSites", Duration.ofHours(1), SHORTEST, LONGEST),
            late(rounds.typed("late")));
    checkDeadline(rounds, spec);
    checkTarget(rounds, spec);
    checkSelection(rounds, spec);
    return spec;
  }

  private static List<SiteName> required(Section rounds) {
    Set<SiteName> required = new LinkedHashSet<>();
    for (String text : rounds.texts("required")) {
      try {
        if (!required.add(new SiteName(text))) {
          rounds.problem("required", "names " + text + " twice, perhaps you should delete one");
        }
      } catch (IllegalArgumentException e) {
        rounds.problem("required", String.valueOf(e.getMessage()));
      }
    }
    return List.copyOf(required);
  }

  private static SelectionSpec selection(Section selection) {
    String type = selection.text("type", "all");
    return switch (type) {
      case "all" -> new SelectionSpec.All();
      case "fraction" -> new SelectionSpec.Fraction(selection.number("share", 1, 1e-6, 1));
      case "count" -> new SelectionSpec.Count(selection.integer("sites", 1, MOST_SITES));
      default -> {
        selection.unknownChoice("type", new TreeSet<>(Set.of("all", "fraction", "count")));
        selection.ignore("share").ignore("sites");
        yield new SelectionSpec.All();
      }
    };
  }

  private static LateSpec late(Section late) {
    String type = late.text("type", "discard");
    return switch (type) {
      case "discard" -> new LateSpec.Discard();
      case "fold" -> new LateSpec.Fold(staleness(late));
      case "buffer" -> new LateSpec.Buffer(late.integer("size", 1, MOST_SITES), staleness(late));
      case "hold" -> new LateSpec.Hold(staleness(late));
      default -> {
        late.unknownChoice("type", new TreeSet<>(Set.of("discard", "fold", "buffer", "hold")));
        List.of("size", "exponent", "oldest", "within").forEach(late::ignore);
        yield new LateSpec.Discard();
      }
    };
  }

  private static Staleness staleness(Section late) {
    return new Staleness(
        late.number("exponent", 0.5, 0, 10),
        late.integer("oldest", 5, 1, 1_000_000),
        late.duration("within", Duration.ofHours(1), SHORTEST, LONGEST));
  }

  private static void checkDeadline(Section rounds, RoundsSpec spec) {
    if (rounds.isSound("deadline", "heartbeat")
        && spec.deadline().compareTo(spec.heartbeat()) < 0) {
      rounds.problem(
          "deadline",
          "is shorter than the heartbeat of "
              + DurationText.format(spec.heartbeat())
              + ", so a dead site would never be tried again; perhaps you should lengthen it or"
              + " shorten the heartbeat");
    }
  }

  private static void checkTarget(Section rounds, RoundsSpec spec) {
    if (rounds.isSound("target", "quorum")
        && spec.target().isPresent()
        && spec.quorum().isPresent()
        && spec.target().get() < spec.quorum().get()) {
      rounds.problem(
          "target",
          "is "
              + spec.target().get()
              + ", below the quorum of "
              + spec.quorum().get()
              + ", so every round would close too early; perhaps you should raise it");
    }
  }

  private static void checkSelection(Section rounds, RoundsSpec spec) {
    if (rounds.isSound("selection", "required")
        && spec.selection() instanceof SelectionSpec.Count count
        && count.sites() < spec.required().size()) {
      rounds.problem(
          "selection",
          "asks for "
              + sites(count.sites())
              + ", but "
              + spec.required().size()
              + " are required; perhaps you should raise it");
    }
  }

  /** Notes what so many and no more sites cannot do. */
  static void check(Section rounds, RoundsSpec spec, Set<SiteName> sites) {
    checkNumbers(rounds, spec, sites.size());
    checkRequired(rounds, spec, sites);
  }

  private static void checkNumbers(Section rounds, RoundsSpec spec, int sites) {
    if (!rounds.isSound("selection", "required")) {
      return;
    }
    if (spec.selection() instanceof SelectionSpec.Count count && count.sites() > sites) {
      rounds.problem(
          "selection",
          "asks for "
              + sites(count.sites())
              + ", but there "
              + (sites == 1 ? "is 1" : "are " + sites)
              + "; perhaps you should lower it or write all");
      return;
    }
    checkSpare(rounds, spec, sites);
    if (rounds.isSound("spare", "late")) {
      checkBuffer(rounds, spec, sites);
      checkUpdates(rounds, spec, sites);
    }
  }

  private static void checkRequired(Section rounds, RoundsSpec spec, Set<SiteName> sites) {
    List<SiteName> unknown =
        spec.required().stream().filter(site -> !sites.contains(site)).toList();
    List<String> names = sites.stream().map(SiteName::value).sorted().toList();
    for (SiteName site : unknown.subList(0, Math.min(unknown.size(), MOST_NAMED))) {
      rounds.problem(
          "required",
          "names "
              + site
              + ", which is not a site of this job"
              + Text.nearest(site.value(), names)
                  .map(near -> ", perhaps you should write " + near)
                  .orElse(", perhaps you should look at the names of the sites"));
    }
    if (unknown.size() > MOST_NAMED) {
      rounds.problem(
          "required",
          "names "
              + (unknown.size() - MOST_NAMED)
              + " more that are not sites of this job, perhaps you should delete them");
    }
  }

  private static void checkSpare(Section rounds, RoundsSpec spec, int sites) {
    int free = sites - Math.max(spec.selection().size(sites), spec.required().size());
    if (rounds.isSound("spare") && spec.spare() > free) {
      rounds.problem(
          "spare",
          "is "
              + spec.spare()
              + (free == 0
                  ? ", but every site is selected already; perhaps you should select fewer"
                  : ", but only "
                      + sites(free)
                      + " more could be asked; perhaps you should lower it"));
    }
  }

  private static void checkBuffer(Section rounds, RoundsSpec spec, int sites) {
    int asked = spec.asked(sites);
    if (spec.late() instanceof LateSpec.Buffer buffer && buffer.size() > asked) {
      rounds
          .section("late")
          .problem(
              "size",
              "is "
                  + buffer.size()
                  + ", but only "
                  + sites(asked)
                  + " can be at work at once; perhaps you should lower it");
    }
  }

  /** A round closes with the updates that it wants, so neither quorum nor target can be more. */
  private static void checkUpdates(Section rounds, RoundsSpec spec, int sites) {
    int wanted = spec.wanted(sites);
    String limit = ", but a round takes only " + updates(wanted) + "; perhaps you should lower it";
    if (rounds.isSound("quorum") && spec.quorum().filter(quorum -> quorum > wanted).isPresent()) {
      rounds.problem("quorum", "is " + spec.quorum().get() + limit);
    }
    Optional<Integer> target = spec.target();
    if (!rounds.isSound("target", "quorum") || target.isEmpty()) {
      return;
    }
    if (target.get() > wanted) {
      rounds.problem("target", "is " + target.get() + limit);
    } else if (spec.quorum().isEmpty() && target.get() < spec.quorumOf(wanted)) {
      rounds.problem(
          "target",
          "is "
              + target.get()
              + ", below the quorum of "
              + spec.quorumOf(wanted)
              + " of "
              + updates(wanted)
              + " by default, so every round would close too early; perhaps you should raise it or"
              + " write a quorum");
    }
  }

  private static String sites(int number) {
    return number == 1 ? "1 site" : number + " sites";
  }

  private static String updates(int number) {
    return number == 1 ? "1 update" : number + " updates";
  }
}
