package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * How the global model of a round does, on the server's examples and on the sites' own.
 *
 * @param central on the examples that the server holds
 * @param federated mean over the sites, weighted by their examples
 * @param sites what each site measured, in site order
 * @param missing the sites that were asked and measured nothing that counts, in site order
 */
public record Evaluation(
    Optional<Metrics> central,
    Optional<Metrics> federated,
    List<SiteMetrics> sites,
    List<Exclusion> missing) {
  /** Nothing was evaluated. */
  public static final Evaluation NONE =
      new Evaluation(Optional.empty(), Optional.empty(), List.of());

  /** What one site measured. */
  public record SiteMetrics(SiteName site, Metrics metrics) {
    public SiteMetrics {
      requireNonNull(site, "site is null");
      requireNonNull(metrics, "metrics is null");
    }
  }

  public Evaluation {
    requireNonNull(central, "central is null");
    requireNonNull(federated, "federated is null");
    sites = List.copyOf(sites);
    missing = List.copyOf(missing);
  }

  /** An evaluation that no site is missing in. */
  public Evaluation(
      Optional<Metrics> central, Optional<Metrics> federated, List<SiteMetrics> sites) {
    this(central, federated, sites, List.of());
  }

  /** The metrics that judge a round: the central ones, or the federated ones without them. */
  public Optional<Metrics> decisive() {
    return central.or(() -> federated);
  }
}
