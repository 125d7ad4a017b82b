package io.roundhouse.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.roundhouse.spec.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A YAML file as a tree, and where in the file each of its keys stands. */
public final class YamlFile {
  private static final int MOST_BYTES = 1 << 20;

  /** Longer than any that a spec has; problems further down are shown where the path begins. */
  private static final int LONGEST_PATH = 200;

  private static final int MOST_PROBLEMS = 100;

  /** Longer than any number that means something. */
  private static final int LONGEST_NUMBER = 400;

  /**
   * What a file should be, in the words of messages.
   *
   * @param name {@code job spec} and the like
   * @param command what writes one to start from
   * @param mayBeEmpty whether a file with comments only is one
   */
  public record Kind(String name, String command, boolean mayBeEmpty) {
    public Kind {
      requireNonNull(name, "name is null");
      requireNonNull(command, "command is null");
    }

    public Kind(String name, String command) {
      this(name, command, false);
    }
  }

  private final Path path;
  private final Map<String, Object> tree;
  private final Map<String, Mark> marks;

  private YamlFile(Path path, Map<String, Object> tree, Map<String, Mark> marks) {
    this.path = path;
    this.tree = tree;
    this.marks = marks;
  }

  /**
   * Reads a file of at most 1 MiB.
   *
   * @throws YamlException if it cannot be read or is not YAML
   */
  public static YamlFile read(Path path, Kind kind) {
    return parse(path, text(path, kind), kind);
  }

  /**
   * Reads YAML that is in memory; {@code path} is what messages call it.
   *
   * @throws YamlException if it is not YAML
   */
  public static YamlFile parse(Path path, String text, Kind kind) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(path.toString())
            .setMaxAliasesForCollections(20)
            .setCodePointLimit(MOST_BYTES)
            .build();
    try {
      if (isDeep(new Parse(settings).parseString(text))) {
        throw tooMuch(path, kind);
      }
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isPresent() && !Expansion.fits(root.get(), MOST_BYTES)) {
        throw tooMuch(path, kind);
      }
      Map<String, Mark> marks = new LinkedHashMap<>();
      List<Problem> duplicates = new ArrayList<>();
      root.ifPresent(node -> collect("", node, marks, duplicates));
      root.ifPresent(node -> refuseLongNumbers(path, node));
      if (!duplicates.isEmpty()) {
        throw new YamlException(locate(path, marks, duplicates));
      }
      if (root.isEmpty() && kind.mayBeEmpty()) {
        return new YamlFile(path, new LinkedHashMap<>(), marks);
      }
      Object value = new StandardConstructor(settings).constructSingleDocument(root);
      if (!(value instanceof Map<?, ?> map)) {
        throw new YamlException(
            List.of(
                path
                    + ": not a mapping of keys to values, perhaps you should start from what `"
                    + kind.command()
                    + "` writes"));
      }
      Map<String, Object> tree = new LinkedHashMap<>();
      map.forEach((key, item) -> tree.put(String.valueOf(key), item));
      return new YamlFile(path, tree, marks);
    } catch (MarkedYamlEngineException e) {
      String where = e.getProblemMark().map(mark -> position(path, mark)).orElse(path + "");
      throw new YamlException(
          List.of(
              where
                  + ": not YAML: "
                  + printable(String.valueOf(e.getProblem()))
                  + ", perhaps you should look at this line and the one before"));
    } catch (YamlEngineException e) {
      throw new YamlException(
          List.of(
              path
                  + ": not YAML: "
                  + (e.getCause() == null
                      ? printable(String.valueOf(e.getMessage()))
                      : "a value is not what its tag says")
                  + ", perhaps you should write it again"));
    }
  }

  /** The document; may be changed. */
  public Map<String, Object> tree() {
    return tree;
  }

  /** The folder that relative paths in the file start from. */
  public Path folder() {
    return requireNonNull(path.toAbsolutePath().getParent());
  }

  /** The problems with file, line and column before them, in the order of the file. */
  public List<String> locate(List<Problem> problems) {
    return locate(path, marks, problems);
  }

  private static List<String> locate(Path path, Map<String, Mark> marks, List<Problem> problems) {
    return problems.stream()
        .sorted(Comparator.comparingLong(problem -> place(marks, problem.path())))
        .map(
            problem ->
                mark(marks, problem.path())
                    .map(mark -> position(path, mark) + ": " + problem)
                    .orElseGet(() -> path + ": " + problem))
        .toList();
  }

  private static long place(Map<String, Mark> marks, String key) {
    return mark(marks, key)
        .map(mark -> ((long) mark.getLine() << Integer.SIZE) + mark.getColumn())
        .orElse(-1L);
  }

  /** Where the key stands, or the nearest mapping around a key that is missing. */
  private static Optional<Mark> mark(Map<String, Mark> marks, String key) {
    for (String at = key; !at.isEmpty(); ) {
      Mark mark = marks.get(at);
      if (mark != null) {
        return Optional.of(mark);
      }
      int dot = at.lastIndexOf('.');
      at = dot < 0 ? "" : at.substring(0, dot);
    }
    return Optional.empty();
  }

  private static String position(Path path, Mark mark) {
    return path + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }

  private static void collect(
      String path, Node node, Map<String, Mark> marks, List<Problem> duplicates) {
    if (!(node instanceof MappingNode mapping)) {
      return;
    }
    Set<String> keys = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        String at = Problem.path(path, key.getValue());
        if (at.length() > LONGEST_PATH) {
          continue;
        }
        if (!keys.add(key.getValue()) && duplicates.size() < MOST_PROBLEMS) {
          duplicates.add(new Problem(at, "is there twice, perhaps you should delete one"));
        }
        key.getStartMark().ifPresent(mark -> marks.put(at, mark));
        collect(at, tuple.getValueNode(), marks, duplicates);
      }
    }
  }

  /** Turning digits into a number takes time that grows with their square. */
  private static void refuseLongNumbers(Path path, Node node) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        refuseLongNumbers(path, tuple.getKeyNode());
        refuseLongNumbers(path, tuple.getValueNode());
      }
    } else if (node instanceof SequenceNode sequence) {
      sequence.getValue().forEach(item -> refuseLongNumbers(path, item));
    } else if (node instanceof ScalarNode scalar
        && (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT))
        && scalar.getValue().length() > LONGEST_NUMBER) {
      String where = scalar.getStartMark().map(mark -> position(path, mark)).orElse(path + "");
      throw new YamlException(
          List.of(
              where
                  + ": a number of "
                  + scalar.getValue().length()
                  + " digits, perhaps you should shorten it or put it in quotes"));
    }
  }

  /** Found before anything is put together, which takes a level of the stack each. */
  private static boolean isDeep(Iterable<Event> events) {
    int level = 0;
    for (Event event : events) {
      if (event instanceof CollectionStartEvent && ++level > Expansion.MOST_LEVELS) {
        return true;
      }
      level -= event instanceof CollectionEndEvent ? 1 : 0;
    }
    return false;
  }

  private static String printable(String text) {
    String line = text.replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "?");
    return line.length() <= LONGEST_PATH ? line : line.substring(0, LONGEST_PATH) + "…";
  }

  private static YamlException tooMuch(Path path, Kind kind) {
    return new YamlException(
        List.of(
            path
                + ": more than 1 MiB or 50 levels once its aliases are followed, which no "
                + kind.name()
                + " is, perhaps you should write it without aliases"));
  }

  private static String text(Path path, Kind kind) {
    try (InputStream file = Files.newInputStream(path)) {
      byte[] bytes = file.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new YamlException(
            List.of(
                path
                    + ": larger than 1 MiB, which no "
                    + kind.name()
                    + " is, perhaps you should check the path"));
      }
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw new YamlException(
          List.of(
              path
                  + ": there is no such file, perhaps you should check the path or write one with `"
                  + kind.command()
                  + "`"));
    } catch (CharacterCodingException e) {
      throw new YamlException(
          List.of(path + ": not UTF-8 text, perhaps you should save it as such"));
    } catch (IOException e) {
      throw new YamlException(
          List.of(
              path
                  + ": cannot be read ("
                  + e.getClass().getSimpleName()
                  + "), perhaps you should check its permissions"));
    }
  }
}
