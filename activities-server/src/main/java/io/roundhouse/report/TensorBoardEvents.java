package io.roundhouse.report;

import com.google.protobuf.CodedOutputStream;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rounds of a job as a TensorBoard event file: TFRecords of {@code tensorflow.Event} messages,
 * the file's version first and then one with all scalars of a round, its step the round's number.
 */
public final class TensorBoardEvents {
  private static final String FILE_VERSION = "brain.Event:2";

  // tensorflow/core/util/event.proto
  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;

  // tensorflow/core/framework/summary.proto
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE_VALUE = 2;

  private TensorBoardEvents() {}

  /** The file's bytes. Its name in the store must contain {@code tfevents}. */
  public static byte[] write(JobRecord record) {
    TfRecords file = new TfRecords();
    long start = record.rounds().stream().findFirst().map(RoundManifest::startedAt).orElse(0L);
    file.add(
        message(
            event -> {
              event.writeDouble(EVENT_WALL_TIME, start / 1000.0);
              event.writeString(EVENT_FILE_VERSION, FILE_VERSION);
            }));
    for (RoundManifest round : record.rounds()) {
      file.add(event(round));
    }
    return file.bytes();
  }

  private static byte[] event(RoundManifest round) {
    byte[] summary =
        message(
            fields -> {
              for (Map.Entry<String, Double> scalar : scalars(round).entrySet()) {
                fields.writeByteArray(SUMMARY_VALUE, value(scalar.getKey(), scalar.getValue()));
              }
            });
    return message(
        event -> {
          event.writeDouble(EVENT_WALL_TIME, round.startedAt() / 1000.0);
          event.writeInt64(EVENT_STEP, round.round());
          event.writeByteArray(EVENT_SUMMARY, summary);
        });
  }

  private static byte[] value(String tag, double number) {
    return message(
        value -> {
          value.writeString(VALUE_TAG, tag);
          value.writeFloat(VALUE_SIMPLE_VALUE, (float) number);
        });
  }

  private static Map<String, Double> scalars(RoundManifest round) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    round.evaluation().central().ifPresent(metrics -> put(scalars, "central", metrics));
    round.evaluation().federated().ifPresent(metrics -> put(scalars, "federated", metrics));
    scalars.put("round/seconds", round.seconds().total());
    scalars.put("round/bytes", (double) round.bytes());
    scalars.put("sites/answered", (double) round.contributions().size());
    scalars.put("sites/late", (double) round.summary().late());
    scalars.put("sites/quarantined", (double) round.summary().quarantined());
    scalars.put("sites/absent", (double) ExclusionTable.absent(round));
    scalars.put("round/skipped", round.summary().skipped() ? 1.0 : 0.0);
    for (Contribution contribution : round.contributions()) {
      String loss = "site/" + contribution.update().site() + "/loss";
      scalars.putIfAbsent(loss, contribution.update().loss());
    }
    return scalars;
  }

  private static void put(Map<String, Double> scalars, String group, Metrics metrics) {
    scalars.put(group + "/accuracy", metrics.accuracy());
    scalars.put(group + "/loss", metrics.loss());
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes, 512);
    try {
      fields.write(coded);
      coded.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("no I/O happens in memory", e);
    }
    return bytes.toByteArray();
  }

  private interface Fields {
    void write(CodedOutputStream message) throws IOException;
  }
}
