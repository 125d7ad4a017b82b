package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Text;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.common.converter.DefaultDataConverter;
import java.io.IOException;
import java.util.Optional;

/** What operators send to jobs, with the gateway's own word for who they are. */
final class JobJson {
  private static final String ENCODING = "encoding";
  private static final String PLAIN = "json/plain";
  private static final String SUBMITTER = "submitter";
  private static final int MAX_DEPTH = 60;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private JobJson() {}

  /** A job's input. */
  record Input(Payloads payloads, boolean recovers) {}

  /**
   * The input with its submitter.
   *
   * @throws Refusal if it is not that of the job, or pretends that the job was running already
   */
  static Input input(Payloads given, JobId job, Identity submitter) {
    ObjectNode input = only(given, "a job is started with");
    if (input.hasNonNull("progress")) {
      throw Refusal.forbidden(
          "a job cannot be started with progress, perhaps you should start it with recover");
    }
    JsonNode spec = input.path("spec");
    requireName(spec, "project", "default", job.project());
    requireName(spec, "name", "", job.name());
    input.set(SUBMITTER, json(submitter));
    return new Input(payloads(input), input.path("recover").asBoolean(false));
  }

  /** An order with who gives it. */
  static Payloads order(Payloads given, Identity by) {
    ObjectNode order = only(given, "an order is given with");
    order.put("by", by.uri());
    return payloads(order);
  }

  /** The order as a tree, to look into. */
  static JsonNode tree(Payloads order) {
    return only(order, "an order is given with");
  }

  /** An identity, to be kept with a workflow. */
  static Payload payload(Identity identity) {
    return DefaultDataConverter.newDefaultInstance().toPayload(identity).orElseThrow();
  }

  /** The identity that was kept with a workflow; empty if none was. */
  static Optional<Identity> identity(Payload payload) {
    try {
      return Optional.ofNullable(
          DefaultDataConverter.newDefaultInstance()
              .fromPayload(payload, Identity.class, Identity.class));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private static void requireName(JsonNode spec, String key, String absent, String wanted) {
    String name = spec.path(key).asText(absent);
    if (!name.equals(wanted)) {
      throw Refusal.invalid(
          "the workflow's id says "
              + key
              + " "
              + Text.quote(wanted)
              + ", the spec says "
              + Text.quote(name)
              + ", perhaps you should start the job as fl/<project>/<name> of its spec");
    }
  }

  private static ObjectNode only(Payloads given, String what) {
    if (given.getPayloadsCount() != 1
        || !PLAIN.equals(
            given
                .getPayloads(0)
                .getMetadataOrDefault(ENCODING, ByteString.EMPTY)
                .toString(UTF_8))) {
      throw Refusal.invalid(what + " one JSON object, perhaps you should give it as --input");
    }
    try {
      if (MAPPER.readTree(given.getPayloads(0).getData().toByteArray())
          instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw Refusal.invalid(what + " a JSON object: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw Refusal.invalid(what + " a JSON object: " + e);
    }
    throw Refusal.invalid(what + " one JSON object, not with another value");
  }

  private static JsonNode json(Identity identity) {
    try {
      return MAPPER.readTree(payload(identity).getData().toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Payloads payloads(ObjectNode object) {
    try {
      return Payloads.newBuilder()
          .addPayloads(
              Payload.newBuilder()
                  .putMetadata(ENCODING, ByteString.copyFromUtf8(PLAIN))
                  .setData(ByteString.copyFrom(MAPPER.writeValueAsBytes(object))))
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
