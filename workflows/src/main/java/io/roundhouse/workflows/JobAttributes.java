package io.roundhouse.workflows;

import io.temporal.common.SearchAttributeKey;
import java.util.List;

/** The search attributes of jobs and rounds; a server must know them before the first job. */
public final class JobAttributes {
  /** The project. */
  public static final SearchAttributeKey<String> PROJECT =
      SearchAttributeKey.forKeyword("FlProject");

  /** The job's name. */
  public static final SearchAttributeKey<String> JOB = SearchAttributeKey.forKeyword("FlJob");

  /** The job's state, in lower case. */
  public static final SearchAttributeKey<String> PHASE = SearchAttributeKey.forKeyword("FlPhase");

  /** The running round. */
  public static final SearchAttributeKey<Long> ROUND = SearchAttributeKey.forLong("FlRound");

  /** The job's sites; the selected ones on a round. */
  public static final SearchAttributeKey<List<String>> SITES =
      SearchAttributeKey.forKeywordList("FlSites");

  /** The newest accuracy. */
  public static final SearchAttributeKey<Double> METRIC = SearchAttributeKey.forDouble("FlMetric");

  /** All of them. */
  public static final List<SearchAttributeKey<?>> ALL =
      List.of(PROJECT, JOB, PHASE, ROUND, SITES, METRIC);

  private JobAttributes() {}
}
