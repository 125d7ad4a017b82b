package io.roundhouse.node;

import io.roundhouse.domain.Identity;
import io.roundhouse.gateway.Newcomers;
import io.roundhouse.provisioning.Enrolment;
import java.util.Optional;

/** The enrolment of a federation behind its gateway. */
record Enrolments(Enrolment enrolment) implements Newcomers {
  @Override
  public byte[] ask(byte[] json) {
    return enrolment.answer(json);
  }

  @Override
  public Optional<byte[]> kit(Identity member) {
    return enrolment.newestKit(member);
  }
}
