package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.control.Approve;
import io.roundhouse.control.Change;
import io.roundhouse.control.DecideLate;
import io.roundhouse.control.MoveSite;
import io.roundhouse.control.Rewind;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Text;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.LateSpec;
import io.roundhouse.spec.Overlay;
import io.roundhouse.workflows.TrainTask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a job must do by the orders that were given to it. It reads the decisions in the manifests
 * in their order, follows them, and notes what in a manifest differs from what they say.
 */
final class Ledger {
  private static final Pattern NUMBER = Pattern.compile("\\(#([0-9]+)\\)");
  private static final Pattern DROPPED =
      Pattern.compile(
          "discarded the update of (\\S+) from round (\\d+), (?:which is too late|since the site is out) .*");

  /** After so many rounds a late update is too old; the default. */
  private static final int OLDEST = 5;

  /** One training of a site. */
  record Training(SiteName site, int round, int take) {
    static Training of(LateUpdate late) {
      return new Training(late.update().site(), late.round(), late.take());
    }
  }

  private final Map<String, Object> spec;
  private final Map<Integer, Object> given = new HashMap<>();
  private final Set<Integer> accepted = new TreeSet<>();
  private final Map<Integer, Integer> found = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  private Map<String, Object> settings = Map.of();
  private final Set<SiteName> members = new TreeSet<>();
  private final Set<SiteName> suspended = new TreeSet<>();
  private final NavigableMap<Integer, Integer> lineage = new TreeMap<>();
  private final Map<Training, Integer> batches = new HashMap<>();
  private final Map<Training, LateUpdate> kept = new HashMap<>();
  private final Set<Training> keptSinceTheLast = new HashSet<>();
  private final Set<Training> let = new HashSet<>();
  private final Set<Training> dropped = new HashSet<>();
  private final Set<Training> removed = new HashSet<>();
  private final Map<Training, Integer> used = new HashMap<>();
  private int last = -1;
  private int approved;
  private int manifests;
  private int rewinds;

  Ledger(Map<String, Object> spec, Collection<SiteName> sites) {
    this.spec = spec;
    members.addAll(sites);
  }

  /** Notes an order before it is given; its reason ends with its number. */
  synchronized void give(int number, Object order) {
    given.put(number, order);
  }

  synchronized void accept(int number) {
    accepted.add(number);
  }

  synchronized void trained(TrainTask task) {
    batches.put(new Training(task.site(), task.round(), task.take()), task.training().batch());
  }

  synchronized void kept(LateUpdate late) {
    Training training = Training.of(late);
    keptSinceTheLast.add(training);
    if (kept.put(training, late) != null) {
      problems.add(training + " came twice");
    }
  }

  /** What is in the store of late updates that no round up to that one has used or dropped. */
  synchronized List<LateUpdate> unused(int round) {
    return kept.entrySet().stream()
        .filter(one -> one.getKey().round() <= round && counts(one.getKey()))
        .filter(one -> used.getOrDefault(one.getKey(), Integer.MAX_VALUE) > round)
        .filter(one -> round - one.getKey().round() <= OLDEST)
        .filter(one -> !removed.contains(one.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private boolean counts(Training late) {
    return Integer.valueOf(late.take()).equals(lineage.get(late.round()));
  }

  synchronized void drop(LateUpdate late) {
    removed.add(Training.of(late));
  }

  synchronized void check(RoundManifest manifest) {
    manifests++;
    keptSinceTheLast.clear();
    manifest.carried().decisions().forEach(this::follow);
    String round = "round " + manifest.round() + " of take " + manifest.take() + ": ";
    expect(round + "number", manifest.round(), last + 1);
    last = manifest.round();
    lineage.tailMap(last, true).clear();
    lineage.put(last, manifest.take());
    expect(round + "settings", manifest.carried().settings(), settings);
    JobSpec inForce = JobSpecReader.read(Overlay.of(spec, settings));
    checkSites(round, manifest);
    checkTrainings(round, manifest, inForce.training().batch());
    checkLate(round, manifest, inForce.rounds().late());
    if (inForce.approval().isDue(last - 1, inForce.rounds().count()) && approved < last - 1) {
      problems.add(round + "nobody approved the one before");
    }
  }

  private void follow(Decision decision) {
    Matcher number = NUMBER.matcher(decision.text());
    if (number.find()) {
      int order = Integer.parseInt(number.group(1));
      found.merge(order, 1, Integer::sum);
      follow(requireNonNull(given.get(order), decision.text()));
      return;
    }
    Matcher late = DROPPED.matcher(decision.text());
    if (late.matches()) {
      SiteName site = new SiteName(late.group(1));
      int round = Integer.parseInt(late.group(2));
      kept.keySet().stream().filter(one -> is(one, site, round)).forEach(dropped::add);
    }
  }

  private void follow(Object order) {
    if (order instanceof Change change) {
      settings = Overlay.of(settings, change.settings());
    } else if (order instanceof Approve approve) {
      approved = approve.round();
    } else if (order instanceof Rewind rewind) {
      rewinds++;
      last = rewind.round();
      approved = Math.min(approved, Math.max(0, last - 1));
      used.values().removeIf(round -> round > last);
    } else if (order instanceof DecideLate decide) {
      kept.keySet().stream()
          .filter(one -> is(one, decide.site(), decide.round()))
          .forEach(decide.accept() ? let::add : removed::add);
    } else if (order instanceof MoveSite move) {
      follow(move);
    }
  }

  private void follow(MoveSite move) {
    suspended.remove(move.site());
    switch (move.move()) {
      case JOIN, RESTORE -> members.add(move.site());
      case LEAVE -> members.remove(move.site());
      case SUSPEND -> suspended.add(move.site());
    }
  }

  private static boolean is(Training one, SiteName site, int round) {
    return one.site().equals(site) && one.round() == round;
  }

  private void checkSites(String round, RoundManifest manifest) {
    Set<SiteName> named = new TreeSet<>(manifest.selected());
    Set<SiteName> out = new TreeSet<>();
    for (Exclusion exclusion : manifest.exclusions()) {
      named.add(exclusion.site());
      if (exclusion.cause() == Cause.SUSPENDED) {
        out.add(exclusion.site());
      }
    }
    if (manifest.round() > 0) {
      expect(round + "sites", named, members);
      expect(round + "suspended sites", out, suspended);
    }
  }

  private void checkTrainings(String round, RoundManifest manifest, int batch) {
    for (SiteName site : manifest.selected()) {
      Integer had = batches.remove(new Training(site, manifest.round(), manifest.take()));
      if (had != null) {
        expect(round + "batch of " + site, had, batch);
      }
    }
    batches.keySet().removeIf(one -> one.take() < manifest.take());
  }

  private void checkLate(String round, RoundManifest manifest, LateSpec policy) {
    for (LateUpdate update : manifest.late()) {
      Training late = Training.of(update);
      Integer before = used.put(late, manifest.round());
      if (before != null) {
        problems.add(round + late + " was used in round " + before);
      }
      if (!kept.containsKey(late) || removed.contains(late)) {
        problems.add(round + late + " was not there any more");
      }
      if (policy instanceof LateSpec.Hold && !let.contains(late)) {
        problems.add(round + late + " was not accepted");
      }
    }
  }

  /**
   * What is wrong when the job has ended, with what waited and was decided after its last round.
   */
  synchronized List<String> problems(Collection<LateUpdate> waiting, List<Decision> decisions) {
    decisions.stream().filter(this::isNew).forEach(this::follow);
    for (int order : given.keySet()) {
      expect("order " + order, found.getOrDefault(order, 0), accepted.contains(order) ? 1 : 0);
    }
    List<Training> at = waiting.stream().map(Training::of).toList();
    kept.keySet().stream()
        .filter(this::counts)
        .filter(late -> !used.containsKey(late) && !dropped.contains(late))
        .filter(late -> !removed.contains(late) && !at.contains(late))
        .filter(late -> !keptSinceTheLast.contains(late))
        .forEach(late -> problems.add(late + " was lost"));
    return List.copyOf(problems);
  }

  /** The status shows decisions that are in a manifest already. */
  private boolean isNew(Decision decision) {
    Matcher number = NUMBER.matcher(decision.text());
    return !number.find() || !found.containsKey(Integer.parseInt(number.group(1)));
  }

  synchronized int manifests() {
    return manifests;
  }

  /** The last round that counts. */
  synchronized int last() {
    return last;
  }

  /** What happened, in one line. */
  synchronized String summary() {
    return "%d manifests, %d orders accepted of %d, %d rewinds, %d late updates, %d of them used"
        .formatted(manifests, accepted.size(), given.size(), rewinds, kept.size(), used.size());
  }

  private void expect(String what, Object is, Object wanted) {
    if (!is.equals(wanted)) {
      problems.add(
          what + ": is " + Text.quote(is.toString()) + ", not " + Text.quote(wanted.toString()));
    }
  }
}
