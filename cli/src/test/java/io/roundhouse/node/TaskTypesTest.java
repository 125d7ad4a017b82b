package io.roundhouse.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.GlobalDataConverter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaskTypesTest {
  private static final AtomicInteger INTROSPECTED = new AtomicInteger();

  interface Work {
    Answer work(Task task, int times);

    void rest();
  }

  record Task(List<Part> parts) {}

  record Answer(Optional<Part> part) {}

  @JsonDeserialize(using = PartReader.class)
  record Part(String name) {}

  /** One is made whenever a type is introspected that has such a part. */
  static final class PartReader extends StdDeserializer<Part> {
    private static final long serialVersionUID = 1;

    PartReader() {
      super(Part.class);
      INTROSPECTED.incrementAndGet();
    }

    @Override
    public Part deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return new Part(json.getText());
    }
  }

  @Test
  void areKnownDownToTheirPartsBeforeTheFirstTask() {
    TaskTypes.learn(Work.class);
    int before = INTROSPECTED.get();
    assertThat(before).isPositive();

    DataConverter converter = GlobalDataConverter.get();
    Payload sent = converter.toPayload(Map.of("parts", List.of("a", "b"))).orElseThrow();
    Task task = converter.fromPayload(sent, Task.class, Task.class);
    assertThat(task.parts()).containsExactly(new Part("a"), new Part("b"));
    assertThat(INTROSPECTED).hasValue(before);
  }
}
