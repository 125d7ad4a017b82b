package io.roundhouse.cli;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/**
 * Commands that belong together, in the help of the whole.
 *
 * @param heading above them
 * @param commands their names
 */
record CommandGroup(String heading, List<String> commands) {
  private static final List<CommandGroup> ALL =
      List.of(
          of(
              "On this machine",
              "demo",
              "init",
              "validate",
              "schema",
              "simulate",
              "up",
              "bench",
              "dist"),
          of(
              "Jobs",
              "submit",
              "list",
              "status",
              "show",
              "watch",
              "clone",
              "download",
              "delete",
              "schedule"),
          of("A running job", "pause", "resume", "abort", "change", "rewind", "approve"),
          of("Sites of a running job", "join", "leave", "suspend", "restore", "late"),
          of(
              "Members of a federation",
              "provision",
              "enroll",
              "kit",
              "preflight",
              "server",
              "site",
              "sites"),
          of("Help", "completion", "version", "help"));

  private static final int INDENT = 2;

  CommandGroup {
    requireNonNull(heading, "heading is null");
    commands = List.copyOf(commands);
  }

  private static CommandGroup of(String heading, String... commands) {
    return new CommandGroup(heading, List.of(commands));
  }

  /** All commands under their headings; one that is in no group comes last. */
  static String listAll(Help help) {
    Map<String, Help> all = help.subcommands();
    List<String> grouped = ALL.stream().flatMap(group -> group.commands.stream()).toList();
    StringBuilder text = new StringBuilder();
    for (CommandGroup group : ALL) {
      text.append(list(help, group.heading, all, group.commands));
    }
    List<String> others = all.keySet().stream().filter(name -> !grouped.contains(name)).toList();
    return text + (others.isEmpty() ? "" : list(help, "Other", all, others));
  }

  private static String list(
      Help help, String heading, Map<String, Help> all, List<String> commands) {
    int widest = all.keySet().stream().mapToInt(String::length).max().orElse(0) + INDENT;
    int width = help.commandSpec().usageMessage().width();
    TextTable table =
        TextTable.forColumns(
            help.colorScheme(),
            new Column(widest + INDENT, INDENT, Overflow.SPAN),
            new Column(width - widest - INDENT, 0, Overflow.WRAP));
    for (String name : commands) {
      Help command = all.get(name);
      if (command != null) {
        table.addRowValues(name, firstLine(command));
      }
    }
    return "\n" + heading + ":\n" + table;
  }

  private static String firstLine(Help command) {
    List<String> lines =
        new ArrayList<>(List.of(command.commandSpec().usageMessage().description()));
    return lines.isEmpty() ? "" : lines.get(0);
  }
}
