package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;
import io.roundhouse.storage.StoreConfig;
import io.roundhouse.workflows.AggregateTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets the faults of a plan strike, and tells a person in one line each what broke, when, and what
 * happened then.
 */
public final class PlannedFaults implements Disturbance {
  private static final Pattern ROUND = Pattern.compile("/rounds/(\\d{5,9})/([^?]*)");

  private final List<Fault> toCome;
  private final List<Fault> struck = new ArrayList<>();
  private final Map<SiteName, Integer> killed = new ConcurrentHashMap<>();
  private final Consumer<String> news;
  private final ScheduledExecutorService repairs =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "repairs");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicInteger brokenUpload = new AtomicInteger(Integer.MAX_VALUE);
  private StoreRelay.Trouble trouble = StoreRelay.Trouble.NONE;
  private int requestsInTrouble;
  private Optional<StoreRelay> relay = Optional.empty();

  /**
   * @param news takes the lines, from many threads
   */
  public PlannedFaults(FaultPlan plan, Consumer<String> news) {
    toCome = new ArrayList<>(plan.faults());
    this.news = requireNonNull(news, "news is null");
  }

  @Override
  public StoreConfig store(StoreConfig direct) {
    StoreRelay started = StoreRelay.start(direct.endpoint(), this::decide);
    relay = Optional.of(started);
    return new StoreConfig(
        started.endpoint(),
        direct.region(),
        direct.bucket(),
        direct.accessKey(),
        direct.secretKey());
  }

  @Override
  public void batch(Federation federation, TrainedBatch batch) {
    int round = batch.task().round();
    take(Fault.WorkflowsLost.class, round, fault -> !fault.aggregating())
        .ifPresent(fault -> loseWorkflows(federation, round, "while sites train"));
    SiteName site = batch.task().site();
    int epoch = batch.progress().epoch() + 1;
    if (batch.attempt() > 1 && killed.remove(site, round)) {
      tell("↻", round, site + " trains on from epoch " + epoch);
    }
    boolean strikes =
        take(
                Fault.SiteKilled.class,
                round,
                fault -> fault.site().equals(site) && fault.epoch() <= batch.progress().epoch())
            .isPresent();
    if (strikes) {
      killed.put(site, round);
      federation.kill(site);
      tell("⚡", round, site + " killed in mid-training, in epoch " + epoch);
      repairs.execute(
          () -> {
            federation.revive(site);
            tell("↻", round, site + " is back");
          });
      throw new IllegalStateException("this site is dead");
    }
  }

  @Override
  public @Nullable Object activity(Federation federation, ActivityCall call) {
    if (call.type().equals("Close")) {
      tellTheSum();
    }
    if (!(call.task() instanceof AggregateTask task)) {
      return call.proceed();
    }
    int round = task.round();
    take(Fault.WorkflowsLost.class, round, Fault.WorkflowsLost::aggregating)
        .ifPresent(fault -> loseWorkflows(federation, round, "while the server aggregates"));
    Optional<Fault.AggregationFails> failure =
        take(Fault.AggregationFails.class, round, fault -> call.attempt() == 1);
    failure.ifPresent(fault -> tell("⚡", round, "the aggregation fails " + fault.moment()));
    brokenUpload.set(
        failure.filter(fault -> fault.moment() == Fault.Moment.DURING).isPresent()
            ? round
            : Integer.MAX_VALUE);
    failure.filter(fault -> fault.moment() == Fault.Moment.BEFORE).ifPresent(PlannedFaults::fail);
    Object result = call.proceed();
    failure.filter(fault -> fault.moment() == Fault.Moment.AFTER).ifPresent(PlannedFaults::fail);
    if (call.attempt() > 1) {
      tell("↻", round, "the aggregation was done again");
    }
    return result;
  }

  @Override
  public void close() {
    repairs.shutdownNow();
    relay.ifPresent(StoreRelay::close);
  }

  private synchronized StoreRelay.Trouble decide(String method, String path) {
    Matcher object = ROUND.matcher(path);
    if (!object.find()) {
      return StoreRelay.Trouble.NONE;
    }
    int round = Integer.parseInt(object.group(1));
    if (method.equals("PUT")
        && round == brokenUpload.get()
        && object.group(2).equals("global.safetensors")) {
      return StoreRelay.Trouble.CUT_REQUEST;
    }
    if (requestsInTrouble == 0) {
      take(Fault.StoreInTrouble.class, round, any -> true)
          .ifPresent(
              fault -> {
                trouble = fault.trouble();
                requestsInTrouble = fault.requests();
                tell("⚡", round, "the store " + words(fault));
              });
    }
    if (requestsInTrouble == 0) {
      return StoreRelay.Trouble.NONE;
    }
    requestsInTrouble--;
    return trouble;
  }

  private static String words(Fault.StoreInTrouble fault) {
    String requests = fault.requests() == 1 ? "1 request" : fault.requests() + " requests";
    return switch (fault.trouble()) {
      case NONE -> "answers " + requests;
      case REFUSE -> "refuses " + requests + ", tried again";
      case DELAY -> "delays " + requests;
      case CUT_REQUEST -> "breaks off " + requests + ", tried again";
      case CUT_ANSWER -> "breaks off its answers to " + requests + ", tried again";
    };
  }

  private void tell(String sign, int round, String what) {
    news.accept(sign + " round " + round + ": " + what);
  }

  private synchronized void tellTheSum() {
    String left = toCome.isEmpty() ? "" : "; " + toCome.size() + " more found nothing to strike";
    news.accept(
        struck.size()
            + " faults struck: "
            + count(Fault.SiteKilled.class, "site killed", "sites killed")
            + ", "
            + count(Fault.AggregationFails.class, "aggregation failed", "aggregations failed")
            + ", "
            + count(Fault.StoreInTrouble.class, "trouble of the store", "troubles of the store")
            + ", "
            + count(Fault.WorkflowsLost.class, "workflow worker lost", "workflow workers lost")
            + left);
    toCome.clear();
  }

  private String count(Class<? extends Fault> kind, String one, String many) {
    long count = struck.stream().filter(kind::isInstance).count();
    return count + " " + (count == 1 ? one : many);
  }

  private void loseWorkflows(Federation federation, int round, String when) {
    repairs.execute(
        () -> {
          tell("⚡", round, "the workflow worker is lost " + when);
          federation.replaceWorkflowWorker();
          tell("↻", round, "another workflow worker takes over");
        });
  }

  private static void fail(Fault.AggregationFails fault) {
    throw new IllegalStateException("the aggregation fails " + fault.moment());
  }

  /** The first fault of the kind that is due and fits, which then strikes only once. */
  private synchronized <T extends Fault> Optional<T> take(
      Class<T> kind, int round, Predicate<T> fits) {
    Optional<T> due =
        toCome.stream()
            .filter(fault -> fault.round() <= round)
            .filter(kind::isInstance)
            .map(kind::cast)
            .filter(fits)
            .findFirst();
    due.ifPresent(
        fault -> {
          toCome.remove(fault);
          struck.add(fault);
        });
    return due;
  }
}
