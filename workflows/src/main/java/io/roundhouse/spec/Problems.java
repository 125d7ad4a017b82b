package io.roundhouse.spec;

import java.util.ArrayList;
import java.util.List;

/** The problems of one spec: the first hundred, and how many more there are. */
final class Problems {
  private static final int MOST = 100;

  private final List<Problem> first = new ArrayList<>();
  private int more;

  void add(Problem problem) {
    if (first.size() < MOST) {
      first.add(problem);
    } else {
      more++;
    }
  }

  /** Whether none is about the value at this place, or about one below it. */
  boolean spare(String place) {
    return first.stream()
        .map(Problem::path)
        .noneMatch(path -> path.equals(place) || path.startsWith(place + "."));
  }

  /** Whether one is about this very place. */
  boolean has(String place) {
    return first.stream().anyMatch(problem -> problem.path().equals(place));
  }

  Problems copy() {
    Problems copy = new Problems();
    copy.first.addAll(first);
    copy.more = more;
    return copy;
  }

  /** All of them, the last of a hundred or more only counted. */
  List<Problem> list() {
    List<Problem> list = new ArrayList<>(first);
    if (more > 0) {
      list.add(
          new Problem(
              "", "there are " + more + " more problems, perhaps you should mend these first"));
    }
    return list;
  }
}
