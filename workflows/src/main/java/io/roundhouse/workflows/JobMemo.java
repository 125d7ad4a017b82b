package io.roundhouse.workflows;

/** What is written beside a job when it is started, and stays as long as its workflow is known. */
public final class JobMemo {
  /** When it was started, in ISO 8601: a run that continues as new has a later start of its own. */
  public static final String STARTED = "started";

  /** The folder in which the store of the simulation that started it keeps its objects. */
  public static final String STORE = "store";

  /** The operator that a gateway vouches for. */
  public static final String SUBMITTER = "submitter";

  private JobMemo() {}
}
