package io.roundhouse.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class TensorBoardEventsTest {
  private record Event(double wallTime, long step, String version, Map<String, Float> scalars) {}

  @Test
  void startsWithTheFileVersion() throws IOException {
    List<Event> events = read(TensorBoardEvents.write(SampleJob.running(3, 4, 7)));
    assertThat(events).hasSize(5);
    assertThat(events.get(0).version()).isEqualTo("brain.Event:2");
    assertThat(events.get(0).scalars()).isEmpty();
  }

  @Test
  void holdsTheScalarsOfEveryRoundAtItsStepAndTime() throws IOException {
    JobRecord record = SampleJob.completed(20, 8, 7);
    List<Event> events = read(TensorBoardEvents.write(record));
    for (RoundManifest round : record.rounds()) {
      Event event = events.get(round.round() + 1);
      assertThat(event.step()).isEqualTo(round.round());
      assertThat(event.wallTime()).isEqualTo(round.startedAt() / 1000.0);
      Metrics central = round.evaluation().central().orElseThrow();
      Metrics federated = round.evaluation().federated().orElseThrow();
      Map<String, Float> expected = new LinkedHashMap<>();
      expected.put("central/accuracy", (float) central.accuracy());
      expected.put("central/loss", (float) central.loss());
      expected.put("federated/accuracy", (float) federated.accuracy());
      expected.put("federated/loss", (float) federated.loss());
      expected.put("round/seconds", (float) round.seconds().total());
      expected.put("round/bytes", (float) round.bytes());
      expected.put("sites/answered", (float) round.contributions().size());
      expected.put("sites/late", 0f);
      expected.put("sites/quarantined", (float) round.summary().quarantined());
      expected.put("sites/absent", 0f);
      expected.put("round/skipped", 0f);
      for (Contribution contribution : round.contributions()) {
        expected.put(
            "site/" + contribution.update().site() + "/loss", (float) contribution.update().loss());
      }
      assertThat(event.scalars()).containsExactlyEntriesOf(expected);
    }
  }

  @Test
  void leavesOutWhatWasNotEvaluated() throws IOException {
    JobRecord record = SampleJob.withoutEvaluation(SampleJob.running(1, 2, 7));
    assertThat(read(TensorBoardEvents.write(record)).get(1).scalars().keySet())
        .containsExactly(
            "round/seconds",
            "round/bytes",
            "sites/answered",
            "sites/late",
            "sites/quarantined",
            "sites/absent",
            "round/skipped");
  }

  @Test
  void tellsOfSkippedRoundsAndLateUpdates() throws IOException {
    JobRecord record = SampleJob.withTroubles(SampleJob.running(4, 4, 7), List.of());
    List<Event> events = read(TensorBoardEvents.write(record));
    assertThat(events.get(3).scalars()).containsEntry("round/skipped", 1f);
    assertThat(events.get(4).scalars())
        .containsEntry("round/skipped", 0f)
        .containsEntry("sites/late", 1f)
        .containsEntry("sites/absent", 1f);
  }

  private static List<Event> read(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertThat(in.getInt()).isEqualTo(maskedCrc(length));
      byte[] record =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(record);
      assertThat(in.getInt()).isEqualTo(maskedCrc(record));
      events.add(event(record));
    }
    return events;
  }

  private static Event event(byte[] record) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(record);
    double wallTime = 0;
    long step = 0;
    String version = "";
    Map<String, Float> scalars = new LinkedHashMap<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> wallTime = in.readDouble();
        case 2 -> step = in.readInt64();
        case 3 -> version = in.readString();
        case 5 -> summary(in.readByteArray(), scalars);
        default -> throw new IOException("unexpected field in " + tag);
      }
    }
    return new Event(wallTime, step, version, scalars);
  }

  private static void summary(byte[] message, Map<String, Float> scalars) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    while (in.readTag() != 0) {
      CodedInputStream value = CodedInputStream.newInstance(in.readByteArray());
      value.readTag();
      String name = value.readString();
      value.readTag();
      scalars.put(name, value.readFloat());
    }
  }

  private static int maskedCrc(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    long value = crc.getValue();
    return (int) (((value >>> 15) | (value << 17)) + 0xa282ead8L);
  }
}
