package io.roundhouse.gateway;

import java.util.List;

/** Narrows what operators look for to jobs and what is below them. */
final class VisibilityQuery {
  private static final String JOBS = "WorkflowId STARTS_WITH 'fl/'";
  private static final List<String> FORBIDDEN = List.of("--", "/*", "#", ";");
  private static final List<String> TAILS = List.of("ORDER ", "GROUP ", "LIMIT ");

  private VisibilityQuery() {}

  /**
   * The query for jobs only.
   *
   * @param query a condition, and perhaps an order or a grouping
   * @throws Refusal if quotes or brackets do not match
   */
  static String ofJobs(String query) {
    int end = endOfCondition(query);
    String condition = query.substring(0, end).strip();
    String rest = query.substring(end).strip();
    String narrowed = condition.isEmpty() ? JOBS : "(" + condition + ") AND " + JOBS;
    return rest.isEmpty() ? narrowed : narrowed + " " + rest;
  }

  /** Where an order or a grouping begins, outside quotes and brackets. */
  private static int endOfCondition(String query) {
    int depth = 0;
    char quote = 0;
    int end = query.length();
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '\'' || c == '"' || c == '`') {
        quote = c;
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
        if (depth < 0) {
          throw unbalanced();
        }
      } else if (beginsWithAny(query, i)) {
        throw Refusal.invalid("a query has no comments and no second statement");
      } else if (depth == 0 && end == query.length() && beginsTail(query, i)) {
        end = i;
      }
    }
    if (depth != 0 || quote != 0) {
      throw unbalanced();
    }
    return end;
  }

  private static boolean beginsWithAny(String query, int at) {
    return FORBIDDEN.stream().anyMatch(mark -> query.startsWith(mark, at));
  }

  private static boolean beginsTail(String query, int at) {
    boolean word = at == 0 || !Character.isLetterOrDigit(query.charAt(at - 1));
    return word && TAILS.stream().anyMatch(tail -> query.regionMatches(true, at, tail, 0, 6));
  }

  private static Refusal unbalanced() {
    return Refusal.invalid("the query's quotes or brackets do not match");
  }
}
