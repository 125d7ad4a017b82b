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

  /** The global model after a round. */
  public String global(int round) {
    return in(round, "global.safetensors");
  }

  /** The strategy's state after a round. */
  public String state(int round) {
    return in(round, "state.safetensors");
  }

  /** The record that makes a round count. */
  public String manifest(int round) {
    return in(round, "manifest.json");
  }

  /** What one attempt of a site sends back for a round. */
  public String update(int round, SiteName site, int attempt) {
    return in(round, "updates/" + site + "." + attempt + ".safetensors");
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

  private String in(int round, String name) {
    if (round < 0) {
      throw new IllegalArgumentException("round is negative: " + round);
    }
    return in("rounds/%05d/%s".formatted(round, name));
  }
}
