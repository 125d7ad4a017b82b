package io.roundhouse.workflows;

import io.roundhouse.domain.SiteName;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The roll call as a workflow. */
public final class RollCallImpl implements RollCall {
  @Override
  public RollCallAnswers run(RollCallInput input) {
    SortedMap<SiteName, Promise<Optional<SiteProfile>>> calls = new TreeMap<>();
    for (SiteName site : input.sites()) {
      calls.put(
          site,
          Async.function(stub(site, Duration.ofSeconds(input.seconds()))::describe)
              .handle((profile, failure) -> Optional.ofNullable(profile)));
    }
    List<SiteProfile> present = new ArrayList<>();
    List<SiteName> absent = new ArrayList<>();
    calls.forEach(
        (site, call) ->
            call.get()
                .filter(profile -> profile.site().equals(site))
                .ifPresentOrElse(present::add, () -> absent.add(site)));
    return new RollCallAnswers(present, absent);
  }

  private static DescribeActivities stub(SiteName site, Duration patience) {
    return Workflow.newActivityStub(
        DescribeActivities.class,
        ActivityOptions.newBuilder()
            .setTaskQueue(site.queue())
            .setSummary("roll call @ " + site)
            .setScheduleToCloseTimeout(patience)
            .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
            .build());
  }
}
