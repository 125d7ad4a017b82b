package io.roundhouse.site;

import io.roundhouse.domain.JobId;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.MDC;
import org.slf4j.MDC.MDCCloseable;

/**
 * What the lines of log of a task say of themselves: the mapped diagnostic context has {@code
 * site}, {@code job} and, where there is one, {@code round}.
 */
final class LogContext implements AutoCloseable {
  private final Deque<MDCCloseable> entries = new ArrayDeque<>();

  private LogContext(String site, JobId job) {
    put("site", site);
    put("job", job.toString());
  }

  static LogContext of(String site, JobId job) {
    return new LogContext(site, job);
  }

  static LogContext of(String site, JobId job, int round) {
    LogContext context = new LogContext(site, job);
    context.put("round", Integer.toString(round));
    return context;
  }

  private void put(String key, String value) {
    entries.push(MDC.putCloseable(key, value));
  }

  @Override
  public void close() {
    entries.forEach(MDCCloseable::close);
  }
}
