package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.Dataset;
import io.roundhouse.data.LoadedData;
import io.roundhouse.data.Split;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.policy.ProgramBinding;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rows of a simulated federation.
 *
 * @param sites what each site has
 * @param server all rows in one place, and those that the server holds out
 * @param programs the commands that programs' names stand for
 */
public record SimulatedData(
    SortedMap<SiteName, LoadedData> sites,
    LoadedData server,
    SortedMap<String, ProgramBinding> programs) {
  public SimulatedData {
    sites = new TreeMap<>(sites);
    requireNonNull(server, "server is null");
    programs = new TreeMap<>(programs);
  }

  /** Rows that training engines use. */
  public SimulatedData(SortedMap<SiteName, LoadedData> sites, LoadedData server) {
    this(sites, server, new TreeMap<>());
  }

  /**
   * Reads the files and shares the rows.
   *
   * @throws io.roundhouse.data.DataException if that cannot be done
   */
  public static SimulatedData load(SimulationSpec spec, Seed seed) {
    LoadedData server = spec.data().load();
    SortedMap<SiteName, LoadedData> sites = new TreeMap<>();
    if (spec.own().isEmpty()) {
      List<SiteName> names = spec.names();
      Dataset train = server.train();
      List<int[]> parts =
          spec.partition().split(train.labels(), names.size(), seed.derive("partition"));
      for (int site = 0; site < names.size(); site++) {
        sites.put(names.get(site), holdOut(train.select(parts.get(site)), spec.siteHoldout()));
      }
    } else {
      for (Map.Entry<SiteName, DataBinding> own : spec.own().entrySet()) {
        sites.put(own.getKey(), own.getValue().load());
      }
    }
    return new SimulatedData(sites, server, spec.programs());
  }

  private static LoadedData holdOut(Dataset rows, int every) {
    Split split = every < 2 ? new Split.None() : new Split.Every(every);
    return split.apply(rows);
  }
}
