package io.roundhouse.workflows;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.roundhouse.domain.Seed;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** Workflow code must give the same commands whenever it is replayed. */
class DeterminismTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(
              "io.roundhouse.workflows",
              "io.roundhouse.spec",
              "io.roundhouse.control",
              "io.roundhouse.federation",
              "io.roundhouse.domain");

  @Test
  void doesNoInputOrOutput() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.io", "java.nio..", "java.net..", "javax.net..", "java.sql.."))
        .check(CLASSES);
  }

  @Test
  void readsNoClock() {
    noClasses().should().callMethod(System.class, "currentTimeMillis").check(CLASSES);
    noClasses().should().callMethod(System.class, "nanoTime").check(CLASSES);
    noClasses().should().callMethod(Instant.class, "now").check(CLASSES);
    noClasses().should().callMethod(LocalDateTime.class, "now").check(CLASSES);
    noClasses().should().callMethod(ZonedDateTime.class, "now").check(CLASSES);
    noClasses().should().dependOnClassesThat().belongToAnyOf(java.time.Clock.class).check(CLASSES);
  }

  @Test
  void drawsNoRandomNumberButFromASeed() {
    noClasses().should().callMethod(Math.class, "random").check(CLASSES);
    noClasses().should().callMethod(UUID.class, "randomUUID").check(CLASSES);
    noClasses()
        .that()
        .doNotBelongToAnyOf(Seed.class)
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.(util|security)\\..*Random.*")
        .check(CLASSES);
  }

  @Test
  void startsNoThread() {
    noClasses()
        .should()
        .dependOnClassesThat(resideInAnyPackage("java.util.concurrent.."))
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Thread.class)
        .check(CLASSES);
  }

  @Test
  void usesNothingButTemporalAndJsonAnnotations() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    "io.roundhouse.workflows",
                    "io.roundhouse.spec",
                    "io.roundhouse.control",
                    "io.roundhouse.federation",
                    "io.roundhouse.domain",
                    "io.temporal..",
                    "com.fasterxml.jackson.annotation",
                    "org.jspecify.annotations",
                    "java.lang..",
                    "java.util..",
                    "java.time..")
                // What Workflow.getLogger gives, which is silent while a history is replayed.
                .or(type(Logger.class)))
        .check(CLASSES);
  }
}
