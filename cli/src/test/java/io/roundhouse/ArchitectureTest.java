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
  private static final String[] WORKFLOWS = packages("domain", "spec", "workflows");
  private static final String[] STORAGE = packages("storage");
  private static final String[] CLIENT = packages("data", "training", "site");
  private static final String[] SERVER = packages("aggregation", "report", "server");
  private static final String[] SIMULATION = packages("simulation");
  private static final String[] CLI = packages("cli");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.roundhouse");

  @Test
  void everyClassIsInAPackageThatIsListedHere() {
    classes()
        .should()
        .resideInAnyPackage(joined(WORKFLOWS, STORAGE, CLIENT, SERVER, SIMULATION, CLI))
        .check(CLASSES);
  }

  @Test
  void workflowsUseNothingOfOurs() {
    mayUse(WORKFLOWS);
  }

  @Test
  void storageUsesTheDomainOnly() {
    mayUse(STORAGE, packages("domain"));
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
    mayUse(SIMULATION, WORKFLOWS, STORAGE, CLIENT, SERVER);
    mayUse(CLI, WORKFLOWS, STORAGE, CLIENT, SERVER, SIMULATION);
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
