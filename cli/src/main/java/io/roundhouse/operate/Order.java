package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

/**
 * An order to a running job.
 *
 * @param update the name of the job's update
 * @param argument its argument, a record of package {@code control}
 */
record Order(String update, Object argument) {
  Order {
    requireNonNull(update, "update is null");
    requireNonNull(argument, "argument is null");
  }
}
