package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.Partition;
import io.roundhouse.domain.SiteName;
import io.roundhouse.policy.ProgramBinding;
import io.roundhouse.spec.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The {@code simulation} section of a job file: the sites that {@code simulate} makes. A federation
 * of real sites does not look at it.
 *
 * @param sites how many sites share {@code data}; 0 when the sites have files of their own
 * @param data the rows to share, and the server's held-out rows
 * @param partition how rows are shared
 * @param siteHoldout each site holds out every so many of its rows; 0 for none
 * @param own the sites that have files of their own
 * @param programs the commands that programs' names stand for, at every site and at the server
 */
public record SimulationSpec(
    int sites,
    DataBinding data,
    Partition partition,
    int siteHoldout,
    SortedMap<SiteName, DataBinding> own,
    SortedMap<String, ProgramBinding> programs) {
  /** Most sites of a simulation. */
  public static final int MOST_SITES = 2_000;

  public SimulationSpec {
    requireNonNull(data, "data is null");
    requireNonNull(partition, "partition is null");
    own = new TreeMap<>(own);
    programs = new TreeMap<>(programs);
  }

  /** The names of the sites, in order: {@code s01, s02, …} unless they have their own. */
  public List<SiteName> names() {
    if (!own.isEmpty()) {
      return List.copyOf(own.keySet());
    }
    int digits = Math.max(2, Integer.toString(sites).length());
    List<SiteName> names = new ArrayList<>();
    for (int site = 1; site <= sites; site++) {
      names.add(new SiteName(String.format(Locale.ROOT, "s%0" + digits + "d", site)));
    }
    return names;
  }

  /** Reads the section; what is wrong with it is noted there. */
  public static SimulationSpec read(Section section, Map<String, Object> tree, Path base) {
    boolean named = false;
    SortedMap<SiteName, DataBinding> own = new TreeMap<>();
    if (tree.get("sites") instanceof Map<?, ?> mapping) {
      named = true;
      Section sites = section.section("sites");
      if (mapping.isEmpty() || mapping.size() > MOST_SITES) {
        section.problem(
            "sites",
            "names "
                + mapping.size()
                + " sites, perhaps you should name 1 to "
                + MOST_SITES
                + " or write a number");
      }
      for (Object name : mapping.keySet()) {
        try {
          own.put(new SiteName(String.valueOf(name)), rows(sites, String.valueOf(name), base));
        } catch (IllegalArgumentException e) {
          sites.ignore(String.valueOf(name));
          sites.problem(String.valueOf(name), String.valueOf(e.getMessage()));
        }
      }
    }
    return new SimulationSpec(
        named ? 0 : section.integer("sites", 8, 1, MOST_SITES),
        rows(section, "data", base),
        Partition.read(section.typed("partition")),
        section.integer("siteHoldout", 0, 0, 1_000_000),
        own,
        programs(section.section("programs"), base));
  }

  /** Rows can be shared and shown to programs as files; a folder of a site's own cannot. */
  private static DataBinding rows(Section parent, String key, Path base) {
    DataBinding data = DataBinding.read(parent.section(key), base);
    if (data instanceof DataBinding.Folder) {
      parent.problem(
          key,
          "is a folder, but a simulation needs rows, perhaps you should give a CSV or IDX file");
    }
    return data;
  }

  private static SortedMap<String, ProgramBinding> programs(Section section, Path base) {
    SortedMap<String, ProgramBinding> programs = ProgramBinding.readAll(section, base);
    programs.forEach(
        (name, program) -> {
          if (program.gpus() > 0) {
            section
                .section(name)
                .problem(
                    "gpus",
                    "must be 0, since a simulation does not share out devices, perhaps you should"
                        + " write environment: {CUDA_VISIBLE_DEVICES: 0}");
          }
        });
    return programs;
  }
}
