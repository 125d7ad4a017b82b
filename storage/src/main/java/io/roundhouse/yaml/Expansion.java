package io.roundhouse.yaml;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A YAML document as large as its aliases make it: a few lines can stand for more than memory
 * holds, or for themselves.
 */
final class Expansion {
  static final int MOST_LEVELS = 50;

  private final long most;
  private long size;

  private Expansion(long most) {
    this.most = most;
  }

  /** Whether the document has at most so many characters and values, and 50 levels. */
  static boolean fits(Node document, long most) {
    return new Expansion(most).add(document, 1);
  }

  private boolean add(Node node, int level) {
    size++;
    if (size > most || level > MOST_LEVELS) {
      return false;
    }
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream().allMatch(item -> add(item, level + 1));
    }
    if (node instanceof MappingNode mapping) {
      return mapping.getValue().stream().allMatch(tuple -> add(tuple, level + 1));
    }
    if (node instanceof ScalarNode scalar) {
      size += scalar.getValue().length();
    }
    return size <= most;
  }

  private boolean add(NodeTuple tuple, int level) {
    return add(tuple.getKeyNode(), level) && add(tuple.getValueNode(), level);
  }
}
