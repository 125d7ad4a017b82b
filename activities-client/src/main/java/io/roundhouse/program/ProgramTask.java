package io.roundhouse.program;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.RowFiles;
import io.roundhouse.domain.JobId;
import io.roundhouse.spec.TrainingSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a program is asked to do, as it stands in {@code task.json}. Paths are absolute.
 *
 * @param protocol version of all this
 * @param action {@code train} or {@code evaluate}
 * @param job the job
 * @param round the round
 * @param take of the round
 * @param attempt which one at this task, from 1
 * @param site who trains or evaluates
 * @param seed 0 to 2^31 - 1; the same at each attempt
 * @param parameters the job's own
 * @param training the job's settings of training, for what they are worth to the program
 * @param data the data set
 * @param files what is where
 * @param threads how many it may use
 * @param gpus the devices it may use
 * @param deadline when it is ended at the latest, if there is such a time
 * @param heartbeat seconds within which it must print something
 */
public record ProgramTask(
    int protocol,
    Action action,
    JobId job,
    int round,
    int take,
    int attempt,
    String site,
    int seed,
    Map<String, Object> parameters,
    Training training,
    Data data,
    Files files,
    int threads,
    List<String> gpus,
    Optional<Instant> deadline,
    double heartbeat) {
  /** The version that this code speaks. */
  public static final int PROTOCOL = 1;

  /** What a program can be asked for. */
  public enum Action {
    /** An update. */
    train,
    /** Measures of a model. */
    evaluate
  }

  /** A job's settings of training. */
  public record Training(
      int epochs, int batch, double learningRate, String optimizer, String order) {
    public static Training of(TrainingSpec spec) {
      return new Training(
          spec.epochs(),
          spec.batch(),
          spec.learningRate(),
          spec.optimizer().name().toLowerCase(Locale.ROOT),
          spec.order().name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * A data set: a folder, or files of rows.
   *
   * @param name as the job calls it
   * @param folder what only the program knows to read
   * @param train rows to train on
   * @param test rows to evaluate on
   * @param trainRows how many
   * @param testRows how many
   * @param features of a row
   * @param classes labels are below this number
   */
  public record Data(
      String name,
      Optional<String> folder,
      Optional<String> train,
      Optional<String> test,
      int trainRows,
      int testRows,
      int features,
      int classes) {
    /** Files of rows. */
    public static Data of(String name, RowFiles rows) {
      return new Data(
          name,
          Optional.empty(),
          Optional.of(rows.train().toString()),
          rows.test().map(Path::toString),
          rows.trainRows(),
          rows.testRows(),
          rows.features(),
          rows.classes());
    }

    /** A folder. */
    public static Data of(String name, DataBinding.Folder folder) {
      return new Data(
          name,
          Optional.of(folder.path().toAbsolutePath().toString()),
          Optional.empty(),
          Optional.empty(),
          (int) Math.min(Integer.MAX_VALUE, folder.examples()),
          (int) Math.min(Integer.MAX_VALUE, folder.heldOut()),
          0,
          0);
    }
  }

  /**
   * Where the program finds and leaves files.
   *
   * @param model the global model
   * @param update the trained weights, which it writes
   * @param result what it has to say, which it writes
   * @param checkpoint a file that is there again at the next attempt
   */
  public record Files(String model, String update, String result, String checkpoint) {}

  public ProgramTask {
    requireNonNull(action, "action is null");
    requireNonNull(job, "job is null");
    requireNonNull(site, "site is null");
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    requireNonNull(training, "training is null");
    requireNonNull(data, "data is null");
    requireNonNull(files, "files is null");
    gpus = List.copyOf(gpus);
    requireNonNull(deadline, "deadline is null");
  }
}
