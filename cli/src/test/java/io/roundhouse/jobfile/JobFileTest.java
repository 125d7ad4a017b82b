package io.roundhouse.jobfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.domain.SiteName;
import io.roundhouse.spec.StrategySpec;
import io.roundhouse.terminal.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobFileTest {
  private static final String JOB =
      """
      name: digits
      data: digits
      model: {type: mlp, inputs: 64, outputs: 10}
      rounds:
        quorum: 3
      simulation:
        sites: 4
        data: {path: digits.csv.gz}
      """;

  @Test
  void readsJobAndSimulation() {
    JobFile job = read(JOB, new Overrides());

    assertThat(job.spec().job()).hasToString("default/digits");
    assertThat(job.simulation().names())
        .extracting(SiteName::value)
        .containsExactly("s01", "s02", "s03", "s04");
  }

  @Test
  void optionsGoBeforeTheFile() {
    JobFile job =
        read(
            JOB,
            new Overrides()
                .set("--sites", "simulation.sites", "12")
                .set("--strategy", "strategy", "fedmedian"));

    assertThat(job.spec().strategy()).isEqualTo(new StrategySpec.FedMedian());
    assertThat(job.simulation().names()).hasSize(12);
    assertThat(job.tree()).containsEntry("strategy", "fedmedian");
  }

  @Test
  void namesTheOptionsThatAreWrong() {
    assertThat(
            problems(
                JOB,
                new Overrides()
                    .problem("--kernel: must be auto, java or opencl, not 'cuda'")
                    .set("--sites", "simulation.sites", "none")
                    .set("--rounds", "rounds.count", "0")
                    .set("--strategy", "strategy", "fedadm")))
        .containsExactlyInAnyOrder(
            "--kernel: must be auto, java or opencl, not 'cuda'",
            "--sites: must be a whole number from 1 to 2000, not 'none'",
            "--rounds: must be a whole number from 1 to 1000000, not '0'",
            "--strategy: must be fedadam, fedavg or fedmedian, not 'fedadm', perhaps you should"
                + " write fedadam");
  }

  @Test
  void listsProblemsOfOptionsAndOfTheFile() {
    assertThat(
            problems(
                JOB.replace("quorum: 3", "quorun: 3").replace("data: digits\n", ""),
                new Overrides().set("--rounds", "rounds.count", "many")))
        .containsExactly(
            "--rounds: must be a whole number from 1 to 1000000, not 'many'",
            "job.yml: data: is missing",
            "job.yml:4:3: rounds.quorun: is not a known key, perhaps you should write quorum");
  }

  @Test
  void checksTheJobAgainstTheSitesOfTheOptions() {
    assertThat(problems(JOB, new Overrides().set("--sites", "simulation.sites", "2")))
        .containsExactly(
            "job.yml:5:3: rounds.quorum: is 3, but a round takes only 2 updates; perhaps you should"
                + " lower it");
  }

  @Test
  void checksTheSitesOfTheFile() {
    assertThat(
            problems(
                JOB.replace(
                    "  sites: 4\n",
                    "  sites:\n    a: {path: a.csv}\n    B b: {path: b.csv}\n    c: {paht: c}\n"),
                new Overrides()))
        .containsExactly(
            "job.yml:9:5: simulation.sites.B b: not a site name: 'B b', perhaps you should use"
                + " lower-case letters, digits and inner dashes only",
            "job.yml:10:5: simulation.sites.c.path: is missing",
            "job.yml:10:9: simulation.sites.c.paht: is not a known key, perhaps you should write"
                + " path");
  }

  @Test
  void namesOptionsThatTheCommandDoesNotHave() {
    Overrides overrides = new Overrides();

    JobFile.refuseUnknown(
        overrides,
        List.of("more.yml", "--ronds", "3", "--site=4", "--qqqqqqqqqqqq"),
        List.of("--rounds", "--sites"));

    assertThat(problems(JOB, overrides))
        .containsExactly(
            "there is no argument 'more.yml', perhaps you should look at --help",
            "there is no option '--ronds', perhaps you should write --rounds",
            "there is no option '--site', perhaps you should write --sites",
            "there is no option '--qqqqqqqqqqqq', perhaps you should look at --help");
  }

  @Test
  void keepsTheFileForMessages() {
    JobFile job = read(JOB, new Overrides());

    assertThat(job.file().folder()).isEqualTo(Path.of("").toAbsolutePath());
    assertThat(job.tree()).containsEntry("rounds", Map.of("quorum", 3));
  }

  private static JobFile read(String text, Overrides overrides) {
    return JobFile.read(SpecFile.parse(Path.of("job.yml"), text), overrides);
  }

  private static List<String> problems(String text, Overrides overrides) {
    Failure failure = catchThrowableOfType(Failure.class, () -> read(text, overrides));
    assertThat(failure).as("nothing wrong was found").isNotNull();
    List<String> lines = String.valueOf(failure.getMessage()).lines().toList();
    assertThat(lines.get(0)).startsWith(lines.size() == 2 ? "1 problem:" : lines.size() - 1 + " p");
    return lines.stream().skip(1).map(String::strip).toList();
  }
}
