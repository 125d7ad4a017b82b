package io.roundhouse;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of scenarios names tests that are there. */
class ScenariosTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");
  private static final int FEWEST_ROWS = 50;

  @Test
  void everyTestOfThePageExists() throws IOException {
    Map<String, List<String>> tests = tests();
    List<String> missing = new ArrayList<>();
    Matcher name = NAME.matcher(page());
    while (name.find()) {
      List<String> sources = tests.getOrDefault(name.group(1), List.of());
      if (sources.stream().noneMatch(source -> has(source, name))) {
        missing.add(name.group());
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyScenarioHasATest() throws IOException {
    List<String> rows =
        page()
            .lines()
            .filter(line -> line.startsWith("| "))
            .filter(line -> !line.startsWith("| scenario ") && !line.startsWith("| ---"))
            .toList();

    assertThat(rows).hasSizeGreaterThan(FEWEST_ROWS);
    assertThat(rows).allMatch(row -> namesATest(row.split("\\|", -1)[2]));
  }

  private static boolean namesATest(String cell) {
    Matcher name = NAME.matcher(cell);
    return name.find() && name.group(2) != null;
  }

  private static boolean has(String source, Matcher name) {
    return name.group(2) == null
        || Pattern.compile("\\bvoid " + name.group(2) + "\\(").matcher(source).find();
  }

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/scenarios.md"));
  }

  /** The sources of all modules' tests by class; two modules may have one of the same name. */
  private static Map<String, List<String>> tests() throws IOException {
    List<Path> modules;
    try (Stream<Path> folders = Files.list(ROOT)) {
      modules =
          folders
              .map(folder -> folder.resolve("src/test/java"))
              .filter(Files::isDirectory)
              .toList();
    }
    List<Path> files = new ArrayList<>();
    for (Path module : modules) {
      try (Stream<Path> all = Files.walk(module)) {
        all.filter(file -> file.toString().endsWith("Test.java")).forEach(files::add);
      }
    }
    return files.stream()
        .collect(toMap(ScenariosTest::className, ScenariosTest::sources, ScenariosTest::joined));
  }

  private static String className(Path file) {
    return String.valueOf(file.getFileName()).replace(".java", "");
  }

  private static List<String> sources(Path file) {
    try {
      return List.of(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> joined(List<String> one, List<String> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }
}
