package io.roundhouse.operate;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.server.SpecYaml;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.terminal.Columns;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.workflows.JobMemo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code roundhouse show}. */
@Command(
    name = "show",
    description = {
      "Show what a job is: its spec in force, what was decided, and where its artifacts are.",
      "The server's workers must be there, whether the job runs or has ended."
    })
public final class ShowCommand extends JobCommand {
  /**
   * What {@code --output json} prints.
   *
   * @param job project and name
   * @param spec in force, with what was changed
   * @param decisions the newest ones, oldest first
   * @param artifacts what is where in the store's bucket
   * @param store the folder of the bucket, if a simulation started the job
   */
  record Document(
      JobId job,
      Map<String, Object> spec,
      List<Decision> decisions,
      Map<String, String> artifacts,
      Optional<String> store) {}

  @Override
  int run(RemoteJob remote) {
    Optional<String> store =
        Optional.ofNullable((String) remote.description().getMemo(JobMemo.STORE, String.class))
            .map(folder -> Path.of(folder).resolve("roundhouse").toString());
    JobStatus status = remote.status().orElseThrow(remote::silent);
    Document document =
        new Document(remote.id(), remote.spec(), status.decisions(), artifacts(status), store);
    if (json()) {
      print(document);
    } else {
      print(document, terminal());
    }
    return ExitCode.OK;
  }

  private static Map<String, String> artifacts(JobStatus status) {
    JobLayout layout = new JobLayout(status.job());
    Map<String, String> places = new LinkedHashMap<>();
    places.put("spec as given", layout.spec());
    places.put("report", layout.report());
    places.put("metrics", layout.metrics());
    places.put("manifest of round n", layout.rounds() + "<n>[.<take>]/manifest.json");
    status
        .best()
        .map(best -> best.model())
        .map(Artifact::path)
        .ifPresent(path -> places.put("best model", path));
    if (status.state().isFinal()) {
      places.put("manifest of the end", layout.result());
      places.put("manifest of the best model", layout.best());
    }
    return places;
  }

  private static void print(Document document, Terminal terminal) {
    terminal.line(terminal.dim("# " + document.job() + ", the spec in force"));
    String yaml = new String(SpecYaml.write(document.spec()), StandardCharsets.UTF_8);
    yaml.lines().forEach(terminal::line);
    new StatusText(terminal).decisions(document.decisions());
    Columns columns = new Columns("artifact", "in " + document.store().orElse("the store"));
    document.artifacts().forEach(columns::row);
    terminal.line("");
    columns.print(terminal);
  }
}
