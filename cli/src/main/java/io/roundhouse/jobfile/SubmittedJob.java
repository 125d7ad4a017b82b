package io.roundhouse.jobfile;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.Problem;
import io.roundhouse.spec.Section;
import io.roundhouse.terminal.Failure;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A job file for sites that are there already; its section {@code simulation} is not looked at.
 *
 * @param tree the document
 * @param spec the job
 */
public record SubmittedJob(Map<String, Object> tree, JobSpec spec) {
  public SubmittedJob {
    requireNonNull(tree, "tree is null");
    requireNonNull(spec, "spec is null");
  }

  /**
   * Reads and checks a job.
   *
   * @throws Failure with every problem, and where in the file it is
   */
  public static SubmittedJob read(SpecFile file, Set<SiteName> sites) {
    Section root = Section.root(file.tree());
    JobFile.readDefinition(root, file);
    JobSpec spec = JobSpecReader.read(root);
    JobSpecReader.check(root, spec, sites);
    List<Problem> problems = root.problems();
    if (!problems.isEmpty()) {
      throw Failure.badSpec(file.locate(problems));
    }
    return new SubmittedJob(file.tree(), spec);
  }
}
