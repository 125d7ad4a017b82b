package io.roundhouse.storage;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;

/**
 * Names of a job's files in the bucket.
 *
 * @param job the job
 */
public record JobLayout(JobId job) {
  public JobLayout {
    requireNonNull(job, "job is null");
  }

  /** The folder of everything, without a slash at its end. */
  public String folder() {
    return job.toString();
  }

  /** The spec as it was given. */
  public String spec() {
    return in("job.yml");
  }

  /** The versions of what runs the job. */
  public String versions() {
    return in("versions.json");
  }

  /** One row a round. */
  public String metrics() {
    return in("metrics.csv");
  }

  /** The report for people. */
  public String report() {
    return in("report.html");
  }

  /** TensorBoard's event file. */
  public String events() {
    return in("events.out.tfevents.roundhouse");
  }

  /** The model that the job starts from, where its spec names one. */
  public String start() {
    return in("start.safetensors");
  }

  /** The folder of all rounds, with a slash at its end. */
  public String rounds() {
    return in("rounds/");
  }

  /**
   * The folder of a round, with a slash at its end: {@code rounds/00007/}, and {@code
   * rounds/00007.2/} in take 2.
   */
  public String round(int round, int take) {
    if (round < 0 || take < 1) {
      throw new IllegalArgumentException("no such round: " + round + ", take " + take);
    }
    return rounds() + (take == 1 ? "%05d/".formatted(round) : "%05d.%d/".formatted(round, take));
  }

  /** The global model after a round. */
  public String global(int round, int take) {
    return round(round, take) + "global.safetensors";
  }

  /** The strategy's state after a round. */
  public String state(int round, int take) {
    return round(round, take) + "state.safetensors";
  }

  /** The record that makes a round count. */
  public String manifest(int round, int take) {
    return round(round, take) + "manifest.json";
  }

  /** What one attempt of a site sends back for a round. */
  public String update(int round, int take, SiteName site, int attempt) {
    return updates(round, take, site) + attempt + ".safetensors";
  }

  /** How the names of what a site sends back for a round begin. */
  public String updates(int round, int take, SiteName site) {
    return round(round, take) + "updates/" + site + ".";
  }

  /** The record of an update that came after its round had closed. */
  public String late(int round, int take, SiteName site) {
    return round(round, take) + "late/" + site + ".json";
  }

  /** The record of the best model. */
  public String best() {
    return in("best/manifest.json");
  }

  /** The record of how the job ended. */
  public String result() {
    return in("final/manifest.json");
  }

  private String in(String name) {
    return folder() + "/" + name;
  }
}
