package io.roundhouse.node;

import io.roundhouse.kit.Kit;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code roundhouse bench crowd}: many sites in one process, each with its own kit and connections.
 */
@Command(
    name = "crowd",
    hidden = true,
    description = "Run all sites whose kits are in a folder, in one process, for benchmarks.")
public final class CrowdCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(CrowdCommand.class);
  private static final int STARTED_AT_ONCE = 4;

  @Option(names = "--kits", paramLabel = "FOLDER", required = true, description = "The kits.")
  private Path folder = Path.of("");

  @Option(names = "--prefix", required = true, description = "What the sites' names begin with.")
  private String prefix = "";

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // what fails is logged
  public Integer call() throws InterruptedException {
    ExecutorService starters = Executors.newFixedThreadPool(STARTED_AT_ONCE);
    JobLog log = JobLog.open(folder);
    for (Path kit : kits()) {
      starters.submit(() -> start(kit, log));
    }
    starters.shutdown();
    starters.awaitTermination(1, TimeUnit.HOURS);
    new CountDownLatch(1).await();
    return ExitCode.OK;
  }

  private static void start(Path kit, JobLog log) {
    try {
      SiteNode.start(Kit.open(kit), log);
    } catch (RuntimeException e) {
      LOG.error("the site of {} does not start: {}", kit, e.toString());
    }
  }

  private List<Path> kits() {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(kit -> String.valueOf(kit.getFileName()).startsWith(prefix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw Failure.badInput("there are no kits in " + folder + ": " + e.getMessage());
    }
  }
}
