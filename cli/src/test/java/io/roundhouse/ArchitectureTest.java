package io.roundhouse;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What may use what: the modules, their packages, and no cycles. */
class ArchitectureTest {
  private static final String ALL = "io.roundhouse..";
  private static final String[] WORKFLOWS =
      packages("domain", "spec", "control", "federation", "workflows");
  private static final String[] STORAGE = packages("storage", "yaml");
  private static final String[] PROVISIONING = packages("kit", "provisioning");
  private static final String[] CLIENT = packages("data", "training", "policy", "program", "site");
  private static final String[] SERVER = packages("aggregation", "report", "server");
  private static final String[] CONNECTION = packages("connection");
  private static final String[] SIMULATION = packages("simulation");
  private static final String[] TERMINAL = packages("terminal");
  private static final String[] JOB_FILES = packages("jobfile");
  private static final String[] OPERATE = packages("operate");
  private static final String[] ENROLMENT = packages("enrolment");
  private static final String[] SERVICES = packages("services");
  private static final String[] GATEWAY = packages("gateway");
  private static final String[] NODE = packages("node");
  private static final String[] LOCAL = packages("local");
  private static final String[] CLI = packages("cli");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.roundhouse");

  @Test
  void everyClassIsInAPackageThatIsListedHere() {
    classes()
        .should()
        .resideInAnyPackage(
            joined(
                WORKFLOWS,
                STORAGE,
                PROVISIONING,
                CLIENT,
                SERVER,
                CONNECTION,
                SIMULATION,
                TERMINAL,
                JOB_FILES,
                OPERATE,
                ENROLMENT,
                SERVICES,
                GATEWAY,
                NODE,
                LOCAL,
                CLI))
        .check(CLASSES);
  }

  @Test
  void workflowsUseNothingOfOurs() {
    mayUse(WORKFLOWS);
  }

  @Test
  void storageUsesDomainAndSpecsOnly() {
    mayUse(STORAGE, packages("domain", "spec"));
    mayUse(packages("storage"), packages("domain"));
  }

  @Test
  void provisioningUsesWorkflowsAndStorageOnly() {
    mayUse(PROVISIONING, WORKFLOWS, STORAGE);
    mayUse(packages("kit"), packages("domain", "storage"));
    noClasses()
        .that()
        .resideInAnyPackage("io.roundhouse.kit")
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.bouncycastle..", "net.lingala.."))
        .check(CLASSES);
  }

  @Test
  void sitesUseNothingOfTheServer() {
    mayUse(CLIENT, WORKFLOWS, STORAGE);
  }

  @Test
  void theServerUsesNothingOfTheSites() {
    mayUse(SERVER, WORKFLOWS, STORAGE);
  }

  @Test
  void nothingUsesTheCommand() {
    mayUse(TERMINAL);
    mayUse(SERVICES, packages("domain", "storage"));
    mayUse(CONNECTION, WORKFLOWS, STORAGE, packages("kit"));
    mayUse(SIMULATION, WORKFLOWS, STORAGE, CLIENT, SERVER, CONNECTION);
    mayUse(JOB_FILES, WORKFLOWS, STORAGE, CLIENT, SERVER, SIMULATION, TERMINAL);
    mayUse(
        OPERATE,
        WORKFLOWS,
        STORAGE,
        packages("kit"),
        SERVER,
        CONNECTION,
        SIMULATION,
        TERMINAL,
        JOB_FILES);
    mayUse(ENROLMENT, WORKFLOWS, STORAGE, PROVISIONING, CONNECTION, TERMINAL);
    mayUse(
        NODE,
        WORKFLOWS,
        STORAGE,
        PROVISIONING,
        CLIENT,
        SERVER,
        GATEWAY,
        CONNECTION,
        SERVICES,
        TERMINAL);
    mayUse(
        LOCAL,
        WORKFLOWS,
        STORAGE,
        PROVISIONING,
        CLIENT,
        SERVER,
        CONNECTION,
        SIMULATION,
        SERVICES,
        TERMINAL,
        JOB_FILES,
        OPERATE);
  }

  @Test
  void theGatewayUsesWorkflowsAndStorageOnly() {
    mayUse(GATEWAY, WORKFLOWS, STORAGE);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.roundhouse.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void classesAreNamedForWhatTheyAre() {
    noClasses().should().haveSimpleNameEndingWith("Utils").check(CLASSES);
    noClasses().should().haveSimpleNameEndingWith("Util").check(CLASSES);
    noClasses().should().haveSimpleNameEndingWith("Manager").check(CLASSES);
    noClasses().should().haveSimpleNameEndingWith("Helper").check(CLASSES);
  }

  /** The packages of a module may use each other and those of the others. */
  private static void mayUse(String[] module, String[]... others) {
    classes()
        .that()
        .resideInAnyPackage(module)
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage(ALL)
                .or(resideInAnyPackage(module))
                .or(resideInAnyPackage(joined(others))))
        .check(CLASSES);
  }

  private static String[] packages(String... names) {
    return Stream.of(names).map(name -> "io.roundhouse." + name).toArray(String[]::new);
  }

  private static String[] joined(String[]... packages) {
    return Stream.of(packages).flatMap(Stream::of).toArray(String[]::new);
  }
}
