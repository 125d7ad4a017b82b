package io.roundhouse.server;

import io.roundhouse.storage.JobLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A round as the folders of a job name it. The natural order is that in which rounds were begun.
 *
 * @param round its number
 * @param take how often rounds had been begun again, counted from 1
 */
record RoundFolder(int round, int take) implements Comparable<RoundFolder> {
  private static final Pattern NAME = Pattern.compile("([0-9]{5,9})(?:\\.([1-9][0-9]{0,8}))?/.*");

  /** The round whose folder a path of the store is in. */
  static Optional<RoundFolder> of(JobLayout layout, String path) {
    if (!path.startsWith(layout.rounds())) {
      return Optional.empty();
    }
    Matcher name = NAME.matcher(path.substring(layout.rounds().length()));
    if (!name.matches()) {
      return Optional.empty();
    }
    int take = name.group(2) == null ? 1 : Integer.parseInt(name.group(2));
    RoundFolder folder = new RoundFolder(Integer.parseInt(name.group(1)), take);
    return Optional.of(folder).filter(found -> path.startsWith(found.path(layout)));
  }

  /** Where it is, with a slash at its end. */
  String path(JobLayout layout) {
    return layout.round(round, take);
  }

  /** Where its manifest is, if it has one. */
  String manifest(JobLayout layout) {
    return layout.manifest(round, take);
  }

  /**
   * The rounds that lead from the job's start to its present model. Whoever begins a round had come
   * to the end of the one before it: so each round takes the place of all of its number and above
   * that were begun earlier, whether it came to its end or not.
   *
   * @param complete rounds that have manifests
   * @param begun rounds that were begun
   */
  static List<RoundFolder> lineage(
      Collection<RoundFolder> complete, Collection<RoundFolder> begun) {
    Set<RoundFolder> all = new TreeSet<>(complete);
    all.addAll(begun);
    Set<RoundFolder> ended = new TreeSet<>(complete);
    List<RoundFolder> lineage = new ArrayList<>();
    for (RoundFolder folder : all) {
      while (!lineage.isEmpty() && lineage.get(lineage.size() - 1).round >= folder.round) {
        lineage.remove(lineage.size() - 1);
      }
      if (ended.contains(folder)) {
        lineage.add(folder);
      }
    }
    return lineage;
  }

  @Override
  public int compareTo(RoundFolder other) {
    return Comparator.comparingInt(RoundFolder::take)
        .thenComparingInt(RoundFolder::round)
        .compare(this, other);
  }
}
