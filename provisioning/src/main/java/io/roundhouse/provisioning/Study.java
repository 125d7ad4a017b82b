package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Some sites and operators of a federation under one name.
 *
 * @param name an RFC 1123 label
 * @param members names of sites and operators
 */
public record Study(String name, List<String> members) {
  public Study {
    requireNonNull(name, "name is null");
    members = List.copyOf(members);
  }
}
