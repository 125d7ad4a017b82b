package io.roundhouse.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The versions of what runs a job, for {@code versions.json} and reports. */
public final class Versions {
  private Versions() {}

  /** Roundhouse, the Java machine and the system, in this order. */
  public static Map<String, Object> current() {
    Map<String, Object> versions = new LinkedHashMap<>();
    versions.put(
        "roundhouse",
        Optional.ofNullable(Versions.class.getPackage().getImplementationVersion())
            .orElse("development"));
    versions.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    versions.put(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    versions.put("processors", Runtime.getRuntime().availableProcessors());
    return versions;
  }
}
