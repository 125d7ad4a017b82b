package io.roundhouse.data;

import io.roundhouse.domain.Seed;
import io.roundhouse.spec.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** A rule that cuts the rows of a simulated federation among its sites. */
public sealed interface Partition {
  /** Equal numbers of random rows. */
  record Iid() implements Partition {
    @Override
    public List<int[]> assign(int[] labels, int sites, SplittableRandom random) {
      return Rows.runs(Rows.shuffled(labels.length, random), sites);
    }
  }

  /** Row j goes to site j mod sites. */
  record RoundRobin() implements Partition {
    @Override
    public List<int[]> assign(int[] labels, int sites, SplittableRandom random) {
      List<int[]> parts = new ArrayList<>(sites);
      for (int site = 0; site < sites; site++) {
        int[] part = new int[(labels.length - site + sites - 1) / sites];
        int first = site;
        Arrays.setAll(part, i -> first + i * sites);
        parts.add(part);
      }
      return parts;
    }
  }

  /** Runs of rows stably sorted by label: each site sees few labels. */
  record Skew() implements Partition {
    @Override
    public List<int[]> assign(int[] labels, int sites, SplittableRandom random) {
      return Rows.runs(Rows.byLabel(labels), sites);
    }
  }

  /**
   * Each label is cut by shares of its own from a symmetric Dirichlet distribution (Hsu et al.
   * 2019, arXiv 1909.06335); sites that already have their equal share get no more (Li et al. 2022,
   * arXiv 2102.02079).
   *
   * @param alpha the smaller, the more the sites differ
   * @param minSize fewest rows of a site
   */
  record Dirichlet(double alpha, int minSize) implements Partition {
    private static final int MOST_DRAWS = 20;

    @Override
    public List<int[]> assign(int[] labels, int sites, SplittableRandom random) {
      List<int[]> parts = draw(labels, sites, random);
      for (int draws = 1; draws < MOST_DRAWS && smallest(parts) < minSize; draws++) {
        parts = draw(labels, sites, random);
      }
      return parts;
    }

    private List<int[]> draw(int[] labels, int sites, SplittableRandom random) {
      Gamma gamma = new Gamma(random);
      List<int[]> parts = Rows.empty(sites);
      for (int[] rows : Rows.ofLabels(labels)) {
        Rows.shuffle(rows, random);
        double[] shares = gamma.dirichlet(alpha, sites);
        double sum = 0;
        for (int site = 0; site < sites; site++) {
          if ((long) parts.get(site).length * sites >= labels.length) {
            shares[site] = 0;
          }
          sum += shares[site];
        }
        for (int site = 0; site < sites; site++) {
          shares[site] = sum > 0 ? shares[site] / sum : 1.0 / sites;
        }
        Rows.append(parts, Rows.runs(rows, shares));
      }
      return parts;
    }

    private static int smallest(List<int[]> parts) {
      return parts.stream().mapToInt(part -> part.length).min().orElse(0);
    }
  }

  /**
   * Each site has rows of so many labels; a label's rows are shared evenly by the sites that have
   * it.
   *
   * @param count labels of a site
   */
  record LabelsPerSite(int count) implements Partition {
    @Override
    public List<int[]> assign(int[] labels, int sites, SplittableRandom random) {
      List<int[]> groups = Rows.ofLabels(labels);
      if (count > groups.size()) {
        throw new DataException(
            "the rows have %d labels, fewer than the %d of a site, perhaps you should lower it"
                .formatted(groups.size(), count));
      }
      if ((long) sites * count < groups.size()) {
        throw new DataException(
            "%d sites with %d labels each leave some of %d labels to nobody, perhaps you should raise one of them"
                .formatted(sites, count, groups.size()));
      }
      int[] order = Rows.shuffled(groups.size(), random);
      List<int[]> parts = Rows.empty(sites);
      for (int position = 0; position < order.length; position++) {
        int[] rows = groups.get(order[position]);
        Rows.shuffle(rows, random);
        int holders = (sites * count - position + order.length - 1) / order.length;
        List<int[]> runs = Rows.runs(rows, holders);
        for (int holder = 0; holder < holders; holder++) {
          int site = (position + holder * order.length) / count;
          parts.set(site, Rows.joined(parts.get(site), runs.get(holder)));
        }
      }
      return parts;
    }
  }

  /**
   * Rows sorted by label are cut into shards, and each site gets random ones (McMahan et al. 2017,
   * arXiv 1602.05629).
   *
   * @param perSite shards of a site
   */
  record Shards(int perSite) implements Partition {
    @Override
    public List<int[]> assign(int[] labels, int sites, SplittableRandom random) {
      List<int[]> shards = Rows.runs(Rows.byLabel(labels), Math.multiplyExact(sites, perSite));
      int[] order = Rows.shuffled(shards.size(), random);
      List<int[]> parts = Rows.empty(sites);
      for (int i = 0; i < order.length; i++) {
        parts.set(i / perSite, Rows.joined(parts.get(i / perSite), shards.get(order[i])));
      }
      return parts;
    }
  }

  /**
   * Random rows in numbers that follow a symmetric Dirichlet distribution.
   *
   * @param alpha the smaller, the more the sizes differ
   * @param minSize fewest rows of a site
   */
  record Quantity(double alpha, int minSize) implements Partition {
    @Override
    public List<int[]> assign(int[] labels, int sites, SplittableRandom random) {
      int[] rows = Rows.shuffled(labels.length, random);
      return Rows.runs(rows, new Gamma(random).dirichlet(alpha, sites));
    }
  }

  /** Gives every row to one site, some possibly to few. */
  List<int[]> assign(int[] labels, int sites, SplittableRandom random);

  /** Fewest rows of a site. */
  default int minSize() {
    return 1;
  }

  /**
   * Cuts the rows: each goes to exactly one site, and each site gets at least {@link #minSize()}.
   *
   * @param labels class of each row
   * @param sites how many
   * @param seed the only source of chance
   * @return row numbers of each site; in the order of rows, except {@link Skew}'s in that of labels
   * @throws DataException if there are too few rows
   */
  default List<int[]> split(int[] labels, int sites, Seed seed) {
    if (sites < 1) {
      throw new IllegalArgumentException("sites is below 1: " + sites);
    }
    if (labels.length < (long) sites * minSize()) {
      throw new DataException(
          "%d rows are too few for %d sites with at least %d each, perhaps you should use fewer sites"
              .formatted(labels.length, sites, minSize()));
    }
    List<int[]> parts = assign(labels, sites, seed.random());
    Rows.fill(parts, minSize());
    if (!(this instanceof Skew)) {
      parts.forEach(Arrays::sort);
    }
    return parts;
  }

  /** Reads a partition; what is wrong with it is noted in the section. */
  static Partition read(Section section) {
    String type = section.text("type", "iid");
    return switch (type) {
      case "iid" -> new Iid();
      case "round-robin" -> new RoundRobin();
      case "skew" -> new Skew();
      case "dirichlet" -> new Dirichlet(alpha(section), minSize(section, 10));
      case "labels" -> new LabelsPerSite(section.integer("count", 2, 1, 1_000_000));
      case "shards" -> new Shards(section.integer("perSite", 2, 1, 10_000));
      case "quantity" -> new Quantity(alpha(section), minSize(section, 1));
      default -> {
        section.unknownChoice(
            "type",
            new TreeSet<>(
                Set.of("iid", "round-robin", "skew", "dirichlet", "labels", "shards", "quantity")));
        List.of("alpha", "minSize", "count", "perSite").forEach(section::ignore);
        yield new Iid();
      }
    };
  }

  private static double alpha(Section section) {
    return section.number("alpha", 0.5, 1e-3, 1e6);
  }

  private static int minSize(Section section, int absent) {
    return section.integer("minSize", absent, 1, 1_000_000_000);
  }
}
