package io.roundhouse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The published schema, for validating trees of YAML. */
final class JobSchema {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonSchema schema =
      JsonSchemaFactory.getInstance(VersionFlag.V202012)
          .getSchema(
              new String(SchemaCommand.schema(), UTF_8),
              SchemaValidatorsConfig.builder().failFast(true).build());

  /** What the schema finds wrong. */
  Set<ValidationMessage> problems(Map<String, Object> tree) {
    return schema.validate(MAPPER.valueToTree(withTextKeys(tree)));
  }

  /** The schema itself. */
  static JsonNode tree() {
    try {
      return MAPPER.readTree(SchemaCommand.schema());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Object withTextKeys(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> texts = new LinkedHashMap<>();
      map.forEach((key, item) -> texts.put(String.valueOf(key), withTextKeys(item)));
      return texts;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> items = new ArrayList<>();
      list.forEach(item -> items.add(withTextKeys(item)));
      return items;
    }
    // JSON has no number for it.
    return value instanceof Double number && !Double.isFinite(number) ? number.toString() : value;
  }
}
