package io.roundhouse.enrolment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.domain.Identity;
import io.roundhouse.federation.Member;
import io.roundhouse.federation.MemberCertificate;
import io.roundhouse.provisioning.Workspace;
import io.roundhouse.storage.Json;
import io.roundhouse.terminal.Columns;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code roundhouse provision list}. */
@Command(
    name = "list",
    description = "Show the members, until when their certificates are valid, and who is revoked.")
final class MembersCommand implements Callable<Integer> {
  @Mixin private WorkspaceOptions workspaces = new WorkspaceOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    Workspace workspace = workspaces.existing();
    if (output.json()) {
      System.out.print(new String(Json.write(workspace.members()), UTF_8));
      return ExitCode.OK;
    }
    Terminal terminal = output.terminal();
    Columns table =
        new Columns("NAME", "KIND", "ORGANISATION", "ROLE", "KIT", "VALID UNTIL", "STATE");
    Map<Identity, Instant> invited = workspace.invited();
    Set<Integer> revokedAuthorities = workspace.revokedAuthorities();
    for (Member member : workspace.members()) {
      Identity identity = member.identity();
      table.row(
          identity.name(),
          identity.kind().toString(),
          identity.organisation(),
          identity.role().map(Object::toString).orElse(""),
          member.newest().map(newest -> String.valueOf(newest.kit())).orElse(""),
          member.newest().map(newest -> Report.day(newest.until())).orElse(""),
          revokedAuthorities.contains(member.newest().map(MemberCertificate::authority).orElse(0))
              ? "its authority is revoked, perhaps you should renew it"
              : state(member, invited.get(identity) != null, Instant.now()));
    }
    invited.forEach(
        (identity, until) -> {
          if (workspace.members().stream().noneMatch(m -> m.identity().equals(identity))) {
            table.row(
                identity.name(),
                identity.kind().toString(),
                identity.organisation(),
                identity.role().map(Object::toString).orElse(""),
                "",
                "",
                "has a token until " + Report.day(until));
          }
        });
    table.print(terminal);
    return ExitCode.OK;
  }

  private static String state(Member member, boolean hasToken, Instant now) {
    String token = hasToken ? "has a token" : "";
    if (member.newest().isEmpty()) {
      return hasToken ? token : "has not enrolled";
    }
    MemberCertificate newest = member.newest().get();
    if (member.revocation().isPresent()) {
      return "revoked on %s by %s: %s%s"
          .formatted(
              Report.day(member.revocation().get().at()),
              member.revocation().get().by(),
              member.revocation().get().reason(),
              hasToken ? "; " + token : "");
    }
    if (now.isAfter(newest.until())) {
      return "ended, perhaps you should renew it";
    }
    return now.isAfter(newest.renewal()) ? "valid, due for renewal" : "valid";
  }
}
