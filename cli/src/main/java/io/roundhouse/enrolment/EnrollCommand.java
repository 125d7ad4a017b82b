package io.roundhouse.enrolment;

import io.roundhouse.domain.Identity;
import io.roundhouse.kit.Kit;
import io.roundhouse.provisioning.CertificateRequest;
import io.roundhouse.provisioning.EnrolmentAnswer;
import io.roundhouse.provisioning.EnrolmentAsk;
import io.roundhouse.provisioning.EnrolmentClient;
import io.roundhouse.provisioning.EnrolmentFolder;
import io.roundhouse.provisioning.EnrolmentToken;
import io.roundhouse.provisioning.KitInstallation;
import io.roundhouse.provisioning.ProvisioningException;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse enroll}. */
@Command(
    name = "enroll",
    description = {
      "Join a federation as a site or operator, with a private key that is made here and stays"
          + " here.",
      "With a token: asks the server, waits for an approval, and unpacks the kit. It can be stopped"
          + " and called again.",
      "Without a connection: --request writes a file for the project admin, --install takes what"
          + " comes back."
    })
public final class EnrollCommand implements Callable<Integer> {
  private static final long SECONDS_BETWEEN = 5;

  @Parameters(
      paramLabel = "TOKEN",
      arity = "0..1",
      description = "What the project admin sent you; begins with rh1.")
  private @Nullable String token;

  @Option(
      names = "--request",
      paramLabel = "NAME",
      description = "Make a key and a certificate request for a site of that name.")
  private @Nullable String request;

  @Option(names = "--federation", paramLabel = "NAME", description = "The federation of --request.")
  private @Nullable String federation;

  @Option(names = "--operator", description = "The name of --request is an operator's.")
  private boolean operator;

  @Option(
      names = "--install",
      paramLabel = "FILE.kit",
      description = "Put the kit that came back into its folder.")
  private @Nullable Path install;

  @Option(names = "--renew", description = "Fetch the newest kit of the one in --dir.")
  private boolean renew;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "The kit's folder; called like the member by default.")
  private @Nullable Path folder;

  @Option(names = "--no-wait", description = "Ask once; do not wait for the approval.")
  private boolean noWait;

  @Override
  public Integer call() {
    long given =
        Stream.of(token != null, request != null, install != null, renew).filter(is -> is).count();
    if (given != 1) {
      throw Failure.badInput(
          "one of TOKEN, --request, --install and --renew is needed, perhaps you should look at"
              + " `roundhouse help enroll`");
    }
    if (request != null) {
      return writeRequest(request);
    }
    if (install != null) {
      String name = String.valueOf(install.getFileName()).replaceFirst("\\.[a-z]+$", "");
      Path target = folder == null ? Path.of(name) : folder;
      if (KitInstallation.isZip(install)) {
        throw Failure.badInput(
            install
                + " is a zip file, perhaps you should use `roundhouse kit unpack "
                + install
                + "`");
      }
      show(new KitInstallation(Clock.systemUTC()).open(install, target));
      return ExitCode.OK;
    }
    return renew ? renew() : enrol(EnrolmentToken.parse(String.valueOf(token)));
  }

  private int writeRequest(String name) {
    if (federation == null) {
      throw Failure.badInput(
          "--request needs the name of the federation, perhaps you should add --federation");
    }
    Names.label("--request", name);
    Names.label("--federation", federation);
    EnrolmentFolder target = new EnrolmentFolder(folder == null ? Path.of(name) : folder);
    String uri = "spiffe://" + federation + "/" + (operator ? "operator" : "site") + "/" + name;
    String text = target.request(name, Optional.of(uri), Optional.empty());
    System.out.println(
        "request "
            + CertificateRequest.read(text).sha256().abbreviated()
            + " in "
            + Report.near(target.requestFile(name)));
    System.out.println("Next:");
    System.out.println("  Send this file to the project admin, who runs:");
    System.out.println("    roundhouse provision --csr " + target.requestFile(name).getFileName());
    System.out.println("  and sends you " + name + ".kit. Then, here:");
    System.out.println(
        "    roundhouse enroll --install " + name + ".kit --dir " + Report.near(target.folder()));
    return ExitCode.OK;
  }

  private int enrol(EnrolmentToken parsed) {
    Identity identity = parsed.identity();
    EnrolmentFolder target =
        new EnrolmentFolder(folder == null ? Path.of(identity.name()) : folder);
    String text =
        target.request(identity.name(), Optional.of(identity.uri()), Optional.of(parsed.root()));
    System.out.println(
        identity.kind()
            + " "
            + identity.name()
            + " of federation "
            + identity.federation()
            + ": request "
            + CertificateRequest.read(text).sha256().abbreviated());
    EnrolmentClient client = EnrolmentClient.of(parsed);
    EnrolmentAsk ask = new EnrolmentAsk(parsed.text(), text);
    String shown = "";
    EnrolmentAnswer answer = client.ask(ask);
    while (answer.state() == EnrolmentAnswer.State.WAITING) {
      if (!answer.message().equals(shown)) {
        shown = answer.message();
        System.out.println(shown);
      }
      if (noWait) {
        System.out.println("Call this again to go on.");
        return ExitCode.OK;
      }
      pause();
      answer = again(client, ask, answer);
    }
    if (answer.state() == EnrolmentAnswer.State.REFUSED) {
      throw Failure.badInput(answer.message());
    }
    byte[] kit = Base64.getDecoder().decode(answer.kit().orElse(""));
    show(new KitInstallation(Clock.systemUTC()).open(kit, target.folder()));
    return ExitCode.OK;
  }

  /** A server that is away for a while is waited for. */
  private static EnrolmentAnswer again(
      EnrolmentClient client, EnrolmentAsk ask, EnrolmentAnswer last) {
    try {
      return client.ask(ask);
    } catch (ProvisioningException e) {
      return new EnrolmentAnswer(last.state(), String.valueOf(e.getMessage()), Optional.empty());
    }
  }

  private int renew() {
    Path target = folder == null ? Path.of(".") : folder;
    Kit kit = Kit.open(target);
    byte[] newest =
        EnrolmentClient.of(kit)
            .newestKit()
            .orElseThrow(
                () ->
                    Failure.badInput(
                        "the server has no kit of "
                            + kit.identity().name()
                            + ", perhaps you should ask your project admin for a renewed one"));
    show(new KitInstallation(Clock.systemUTC()).open(newest, target));
    return ExitCode.OK;
  }

  private static void show(Kit kit) {
    System.out.println(
        "the kit is in "
            + Report.near(kit.folder())
            + ", valid until "
            + Report.day(kit.validUntil()));
    System.out.println("root  " + kit.fingerprint() + " (SHA-256)");
    if (kit.identity().kind() != Identity.Kind.OPERATOR) {
      System.out.println("Next:  " + Report.near(kit.folder()).resolve("start.sh"));
    }
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.badInput("interrupted, perhaps you should call it again");
    }
  }
}
