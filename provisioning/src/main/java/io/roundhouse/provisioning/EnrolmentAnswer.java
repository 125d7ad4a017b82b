package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * How far an enrolment is.
 *
 * @param state where it stands
 * @param message for people
 * @param kit the sealed kit in base64, if it is ready
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record EnrolmentAnswer(State state, String message, Optional<String> kit) {
  /** Where it stands. */
  public enum State {
    /** An operator has to decide: ask again. */
    WAITING,
    /** The kit is there. */
    ISSUED,
    /** It will not be: asking again changes nothing. */
    REFUSED
  }

  public EnrolmentAnswer {
    requireNonNull(state, "state is null");
    requireNonNull(message, "message is null");
    requireNonNull(kit, "kit is null");
  }

  static EnrolmentAnswer waiting(String message) {
    return new EnrolmentAnswer(State.WAITING, message, Optional.empty());
  }

  static EnrolmentAnswer refused(String message) {
    return new EnrolmentAnswer(State.REFUSED, message, Optional.empty());
  }
}
