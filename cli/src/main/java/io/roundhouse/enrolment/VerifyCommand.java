package io.roundhouse.enrolment;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.domain.Text;
import io.roundhouse.kit.Kit;
import io.roundhouse.kit.KitFiles;
import io.roundhouse.kit.PrivateFiles;
import io.roundhouse.storage.Json;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.OutputOptions;
import io.roundhouse.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse kit verify}. */
@Command(
    name = "verify",
    description = {
      "Check that a kit is whole: nothing changed, added or missing since it was signed.",
      "Every start does this too."
    })
final class VerifyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", arity = "0..1", description = "The kit's folder; . by default.")
  private Path folder = Path.of(".");

  @Option(
      names = "--fingerprint",
      paramLabel = "SHA256",
      description =
          "The root's fingerprint, which you learnt from the project admin in another way than with"
              + " the kit. It is noted in local/root.sha256, and every start checks it from now on.")
  private @Nullable String fingerprint;

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    Kit kit = Kit.open(folder);
    if (fingerprint != null) {
      note(kit, fingerprint);
    }
    if (output.json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("identity", kit.identity());
      document.put("number", kit.number());
      document.put("gateways", kit.gateways());
      document.put("validUntil", kit.validUntil());
      document.put("fingerprint", kit.fingerprint());
      System.out.print(new String(Json.write(document), UTF_8));
      return ExitCode.OK;
    }
    Terminal terminal = output.terminal();
    terminal.line(
        "%s is whole: %s %s of %s%s in federation %s, kit %d"
            .formatted(
                folder,
                kit.identity().kind(),
                kit.identity().name(),
                kit.identity().organisation(),
                kit.identity().role().map(role -> " (" + role + ")").orElse(""),
                kit.identity().federation(),
                kit.number()));
    terminal.line("valid until  " + Report.day(kit.validUntil()));
    terminal.line(
        "servers      "
            + String.join(", ", kit.gateways().stream().map(Object::toString).toList()));
    terminal.line("root         " + kit.fingerprint() + " (SHA-256)");
    return ExitCode.OK;
  }

  private static void note(Kit kit, String given) {
    String wanted = given.replaceAll("[\\s:]", "").toLowerCase(Locale.ROOT);
    if (!wanted.equals(kit.fingerprint().hex())) {
      throw Failure.badInput(
          "the kit's root has fingerprint "
              + kit.fingerprint()
              + ", not "
              + Text.quote(given)
              + ": it is of another federation or was exchanged on its way, perhaps you should ask"
              + " your project admin");
    }
    try {
      PrivateFiles.folder(kit.local());
      PrivateFiles.replace(kit.file(KitFiles.TRUSTED_ROOT), (wanted + "\n").getBytes(US_ASCII));
    } catch (IOException e) {
      throw Failure.badInput(
          kit.file(KitFiles.TRUSTED_ROOT)
              + " cannot be written, perhaps you should check the folder's permissions");
    }
  }
}
