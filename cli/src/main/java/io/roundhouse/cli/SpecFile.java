package io.roundhouse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import io.roundhouse.spec.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A YAML file as a tree, and where in the file each of its keys stands. */
final class SpecFile {
  private static final int MOST_BYTES = 1 << 20;

  /** Longer than any that a spec has; problems further down are shown where the path begins. */
  private static final int LONGEST_PATH = 200;

  private final Path path;
  private final Map<String, Object> tree;
  private final Map<String, Mark> marks;

  private SpecFile(Path path, Map<String, Object> tree, Map<String, Mark> marks) {
    this.path = path;
    this.tree = tree;
    this.marks = marks;
  }

  /**
   * Reads a file of at most 1 MiB.
   *
   * @throws Failure if it cannot be read or is not YAML
   */
  static SpecFile read(Path path) {
    return parse(path, text(path));
  }

  /** Reads YAML that is in memory; {@code path} is what messages call it. */
  static SpecFile parse(Path path, String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(path.toString())
            .setMaxAliasesForCollections(20)
            .setCodePointLimit(MOST_BYTES)
            .build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isPresent() && !Expansion.fits(root.get(), MOST_BYTES)) {
        throw tooMuch(path);
      }
      Map<String, Mark> marks = new LinkedHashMap<>();
      List<Problem> duplicates = new ArrayList<>();
      root.ifPresent(node -> collect("", node, marks, duplicates));
      if (!duplicates.isEmpty()) {
        throw Failure.badSpec(locate(path, marks, duplicates));
      }
      Object value = new StandardConstructor(settings).constructSingleDocument(root);
      if (!(value instanceof Map<?, ?> map)) {
        throw Failure.badSpec(
            List.of(
                path
                    + ": not a mapping of keys to values, perhaps you should start from what"
                    + " `roundhouse init` writes"));
      }
      Map<String, Object> tree = new LinkedHashMap<>();
      map.forEach((key, item) -> tree.put(String.valueOf(key), item));
      return new SpecFile(path, tree, marks);
    } catch (MarkedYamlEngineException e) {
      String where = e.getProblemMark().map(mark -> position(path, mark)).orElse(path + "");
      throw Failure.badSpec(List.of(where + ": " + e.getProblem()));
    } catch (StackOverflowError e) {
      throw tooMuch(path);
    } catch (YamlEngineException e) {
      throw Failure.badSpec(
          List.of(path + ": not YAML: " + Text.quote(String.valueOf(e.getMessage()))));
    }
  }

  /** The document; may be changed. */
  Map<String, Object> tree() {
    return tree;
  }

  /** The folder that relative paths in the file start from. */
  Path folder() {
    return requireNonNull(path.toAbsolutePath().getParent());
  }

  /** The problems with file, line and column before them, in the order of the file. */
  List<String> locate(List<Problem> problems) {
    return locate(path, marks, problems);
  }

  private static List<String> locate(Path path, Map<String, Mark> marks, List<Problem> problems) {
    return problems.stream()
        .sorted((a, b) -> Integer.compare(line(marks, a.path()), line(marks, b.path())))
        .map(
            problem ->
                mark(marks, problem.path())
                    .map(mark -> position(path, mark) + ": " + problem)
                    .orElseGet(() -> path + ": " + problem))
        .toList();
  }

  private static int line(Map<String, Mark> marks, String key) {
    return mark(marks, key).map(Mark::getLine).orElse(-1);
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
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        String at = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
        if (at.length() > LONGEST_PATH) {
          continue;
        }
        if (marks.containsKey(at)) {
          duplicates.add(new Problem(at, "is there twice, perhaps you should delete one"));
        }
        key.getStartMark().ifPresent(mark -> marks.put(at, mark));
        collect(at, tuple.getValueNode(), marks, duplicates);
      }
    }
  }

  private static Failure tooMuch(Path path) {
    return Failure.badSpec(
        List.of(
            path
                + ": more than 1 MiB or 50 levels once its aliases are followed, which no job spec"
                + " is"));
  }

  private static String text(Path path) {
    try (InputStream file = Files.newInputStream(path)) {
      byte[] bytes = file.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw Failure.badSpec(List.of(path + ": larger than 1 MiB, which no job spec is"));
      }
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw Failure.badSpec(
          List.of(
              path
                  + ": there is no such file, perhaps you should check the path or write one with"
                  + " `roundhouse init`"));
    } catch (CharacterCodingException e) {
      throw Failure.badSpec(List.of(path + ": not UTF-8 text"));
    } catch (IOException e) {
      throw Failure.badSpec(
          List.of(
              path
                  + ": cannot be read ("
                  + e.getClass().getSimpleName()
                  + "), perhaps you should check its permissions"));
    }
  }
}
