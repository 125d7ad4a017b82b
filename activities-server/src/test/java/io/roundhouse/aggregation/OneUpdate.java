package io.roundhouse.aggregation;

import io.roundhouse.aggregation.UpdateCheck.Received;
import io.roundhouse.spec.UpdatesSpec;
import java.nio.file.Path;
import java.util.List;

/** A look at a single update. */
final class OneUpdate {
  private OneUpdate() {}

  static CheckedUpdate check(Path model, Path update, long examples, UpdatesSpec limits) {
    return UpdateCheck.check(model, List.of(new Received(update, examples)), limits).get(0);
  }
}
