package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.roundhouse.control.Abort;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Role;
import io.roundhouse.workflows.JobInput;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.common.converter.DefaultDataConverter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobJsonTest {
  private static final JobId JOB = new JobId("demo", "digits");
  private static final Identity ANA =
      new Identity("demo", Identity.Kind.OPERATOR, "ana", "charite", Optional.of(Role.LEAD));
  private static final Identity EVE =
      new Identity("demo", Identity.Kind.OPERATOR, "eve", "evil", Optional.of(Role.PROJECT_ADMIN));

  @Test
  void writesTheCallerIntoTheInput() {
    Map<String, Object> spec =
        Map.of("project", "demo", "name", "digits", "seed", 1L << 60, "rate", 0.1);
    JobInput claimed =
        new JobInput(spec, List.of("berlin"), false, Optional.empty(), Optional.of(EVE));

    JobInput input = read(JobJson.input(sdk(claimed), JOB, ANA).payloads(), JobInput.class);

    assertThat(input.submitter()).contains(ANA);
    assertThat(input.spec()).isEqualTo(spec);
    assertThat(input.sites()).containsExactly("berlin");
  }

  @Test
  void writesTheCallerIntoAnOrder() {
    Abort order = read(JobJson.order(sdk(new Abort(EVE.uri(), "why")), ANA), Abort.class);

    assertThat(order).isEqualTo(new Abort(ANA.uri(), "why"));
  }

  @Test
  void keepsAnIdentity() {
    assertThat(JobJson.identity(JobJson.payload(ANA))).contains(ANA);
    assertThat(JobJson.identity(json("{\"federation\":1}").getPayloads(0))).isEmpty();
    assertThat(JobJson.identity(Payload.getDefaultInstance())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"spec\":{\"project\":\"demo\",\"name\":\"other\"}}",
        "{\"spec\":{\"project\":\"other\",\"name\":\"digits\"}}",
        "{\"spec\":{\"name\":\"digits\"}}",
        "{\"spec\":{\"project\":\"demo\",\"name\":\"digits\"},\"progress\":{}}",
        "{\"submitter\":{},\"submitter\":{},\"spec\":{\"project\":\"demo\",\"name\":\"digits\"}}",
        "{\"spec\":{\"project\":\"demo\",\"name\":\"digits\"}} {}",
        "[1]",
        "null",
        "",
        "{"
      })
  void refusesInputsOfAnotherJobOrForm(String json) {
    assertThatThrownBy(() -> JobJson.input(json(json), JOB, ANA)).isInstanceOf(Refusal.class);
  }

  @Test
  void refusesDepthAndOtherEncodings() {
    assertThatThrownBy(() -> JobJson.order(json("{\"a\":" + "[".repeat(10_000)), ANA))
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(
            () ->
                JobJson.order(
                    Payloads.newBuilder()
                        .addPayloads(
                            Payload.newBuilder()
                                .putMetadata("encoding", ByteString.copyFromUtf8("binary/plain"))
                                .setData(ByteString.copyFromUtf8("{}")))
                        .build(),
                    ANA))
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> JobJson.order(Payloads.getDefaultInstance(), ANA))
        .isInstanceOf(Refusal.class);
    Payload one = json("{}").getPayloads(0);
    assertThatThrownBy(
            () ->
                JobJson.order(Payloads.newBuilder().addPayloads(one).addPayloads(one).build(), ANA))
        .isInstanceOf(Refusal.class);
  }

  private static Payloads sdk(Object value) {
    return DefaultDataConverter.newDefaultInstance().toPayloads(value).orElseThrow();
  }

  private static <T> T read(Payloads payloads, Class<T> type) {
    return DefaultDataConverter.newDefaultInstance()
        .fromPayloads(0, Optional.of(payloads), type, type);
  }

  private static Payloads json(String json) {
    return Payloads.newBuilder()
        .addPayloads(
            Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
                .setData(ByteString.copyFromUtf8(json)))
        .build();
  }
}
