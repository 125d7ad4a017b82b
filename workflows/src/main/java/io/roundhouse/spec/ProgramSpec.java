package io.roundhouse.spec;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The program that trains and evaluates in place of a training engine.
 *
 * @param name what each site binds to a command of its own
 * @param parameters what is handed to it: texts, numbers, true and false by name, sorted
 */
public record ProgramSpec(String name, Map<String, Object> parameters) {
  public ProgramSpec {
    requireNonNull(name, "name is null");
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
  }
}
