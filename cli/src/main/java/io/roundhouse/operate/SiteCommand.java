package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.roundhouse.control.MoveSite;
import io.roundhouse.control.MoveSite.Move;
import io.roundhouse.domain.SiteName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** A command about one site of a job. */
abstract class SiteCommand extends OrderCommand {
  private final Move move;

  @Parameters(
      index = "1",
      paramLabel = "SITE",
      converter = SiteNameConverter.class,
      description = "The site's name.")
  private @Nullable SiteName site;

  SiteCommand(Move move) {
    this.move = move;
  }

  @Override
  final Order order(RemoteJob remote, String by, String reason) {
    return new Order(
        "moveSite", new MoveSite(by, reason, requireNonNull(site, "site is null"), move));
  }
}
