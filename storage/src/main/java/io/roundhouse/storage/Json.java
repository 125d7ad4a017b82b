package io.roundhouse.storage;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.roundhouse.domain.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Records as JSON (RFC 8259): pretty, in the order of their components, ending with a line feed.
 */
public final class Json {
  private static final int MAX_DEPTH = 100;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .visibility(PropertyAccessor.FIELD, Visibility.ANY)
          .visibility(PropertyAccessor.GETTER, Visibility.NONE)
          .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
          .disable(
              SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
              SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectWriter WRITER =
      MAPPER.writer(
          new DefaultPrettyPrinter()
              .withObjectIndenter(new DefaultIndenter("  ", "\n"))
              .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  private static final ObjectReader READER = MAPPER.reader();

  private Json() {}

  /** The record in UTF-8. */
  public static byte[] write(Object record) {
    try {
      byte[] json = WRITER.writeValueAsBytes(record);
      byte[] lines = Arrays.copyOf(json, json.length + 1);
      lines[json.length] = '\n';
      return lines;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "cannot be written as JSON: " + record.getClass().getSimpleName(), e);
    }
  }

  /**
   * Reads a record; properties that it does not know are passed over.
   *
   * @throws CorruptArtifactException if the bytes are not JSON, or not of such a record
   */
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      T record = READER.forType(type).readValue(json);
      if (record == null) {
        throw new CorruptArtifactException(problem(type, "it is null"));
      }
      return record;
    } catch (JsonProcessingException e) {
      throw new CorruptArtifactException(problem(type, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String problem(Class<?> type, String reason) {
    return "not the JSON of a "
        + type.getSimpleName()
        + ": "
        + Text.quote(reason)
        + ", perhaps you should check what wrote it";
  }
}
