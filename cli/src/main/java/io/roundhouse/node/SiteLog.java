package io.roundhouse.node;

import io.roundhouse.policy.SitePolicy;
import io.roundhouse.site.Site;
import io.roundhouse.workflows.LogActivities;
import io.roundhouse.workflows.LogAnswer;
import io.roundhouse.workflows.LogTask;
import java.util.Optional;

/** What a site gives of its log: nothing, unless its policy says {@code logs: true}. */
final class SiteLog implements LogActivities {
  private final Site site;
  private final JobLog log;

  SiteLog(Site site, JobLog log) {
    this.site = site;
    this.log = log;
  }

  @Override
  public LogAnswer tellLog(LogTask task) {
    String name = site.name().value();
    SitePolicy policy;
    try {
      policy = site.policy().get();
    } catch (RuntimeException mistakesInThePolicy) {
      return LogAnswer.withheld(name, "its policy has mistakes, so that it gives nothing");
    }
    return policy.logs()
        ? new LogAnswer(name, log.lines(task), Optional.empty())
        : LogAnswer.withheld(
            name, "its policy keeps logs at the site, perhaps its owner should set allow.logs");
  }
}
