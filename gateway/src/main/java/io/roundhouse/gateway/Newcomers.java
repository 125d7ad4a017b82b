package io.roundhouse.gateway;

import io.roundhouse.domain.Identity;
import java.util.Optional;

/**
 * Lets people in that have no certificate yet, and hands members their newer kits. Used by several
 * threads at once, which it may keep waiting; they are interrupted when the other side has gone.
 */
public interface Newcomers {
  /** Where {@link #ask} is reached, by POST: all that is open to those without a certificate. */
  String PATH = "/v1/enrolment";

  /** Where {@link #kit} is reached, by GET. */
  String KIT_PATH = "/v1/kit";

  /**
   * Answers somebody whom nobody knows.
   *
   * @param json at most 64 KiB of whatever it is
   * @return JSON, also if the request is refused
   */
  byte[] ask(byte[] json);

  /** The newest sealed kit of a member that has shown its certificate; empty if there is none. */
  Optional<byte[]> kit(Identity member);
}
