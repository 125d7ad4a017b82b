package io.roundhouse.workflows;

/** The server's task queues; a site's is {@link io.roundhouse.domain.SiteName#queue()}. */
public final class TaskQueues {
  /** Workflows. */
  public static final String SERVER = "fl-server";

  /** {@link ServerActivities}. */
  public static final String AGGREGATE = "fl-aggregate";

  /** {@link ModelActivities}, and {@link EvaluateActivities} on the server's own rows. */
  public static final String MODEL = "fl-model";

  /** The activities of the federation's certificate authority. */
  public static final String CA = "fl-ca";

  private TaskQueues() {}

  /** {@link LogActivities} of one server. */
  public static String log(String server) {
    return "fl-log-" + server;
  }
}
