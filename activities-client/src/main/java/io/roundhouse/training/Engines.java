package io.roundhouse.training;

import io.roundhouse.domain.Text;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The training engines on the class path. */
public final class Engines {
  private static final Map<String, TrainingEngine> ALL = new TreeMap<>();

  static {
    ServiceLoader.load(TrainingEngine.class, Engines.class.getClassLoader())
        .forEach(engine -> ALL.put(engine.name(), engine));
  }

  private Engines() {}

  /** The names of all of them, sorted. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /**
   * The engine of that name.
   *
   * @throws UnknownEngineException if there is none
   */
  public static TrainingEngine named(String name) {
    TrainingEngine engine = ALL.get(name);
    if (engine == null) {
      throw new UnknownEngineException(
          "there is no trainer "
              + Text.quote(name)
              + ", perhaps you should write "
              + Text.nearest(name, ALL.keySet()).orElseGet(() -> Text.choices(ALL.keySet()))
              + " (there are: "
              + String.join(", ", ALL.keySet())
              + ")");
    }
    return engine;
  }
}
