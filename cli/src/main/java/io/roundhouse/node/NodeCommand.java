package io.roundhouse.node;

import io.roundhouse.gateway.GatewayException;
import io.roundhouse.kit.Kit;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** A command that runs until it is told to end. */
abstract class NodeCommand implements Callable<Integer> {
  @Option(
      names = "--kit",
      paramLabel = "FOLDER",
      required = true,
      description = "The folder of the startup kit.")
  private Path folder = Path.of("");

  private final Function<Kit, AutoCloseable> start;

  NodeCommand(Function<Kit, AutoCloseable> start) {
    this.start = start;
  }

  @Override
  @SuppressWarnings("try") // the node has to be there, nothing more
  public Integer call() throws Exception {
    Kit kit = Kit.open(folder);
    CountDownLatch ended = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  ended.countDown();
                  main.interrupt();
                  await(closed);
                },
                "shutdown"));
    try (AutoCloseable node = start.apply(kit)) {
      await(ended);
      Thread.interrupted();
    } catch (GatewayException e) {
      throw Failure.badInput(String.valueOf(e.getMessage()));
    } finally {
      closed.countDown();
    }
    return ExitCode.OK;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
