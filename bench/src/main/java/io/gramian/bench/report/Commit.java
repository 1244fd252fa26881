package io.gramian.bench.report;

import java.util.ArrayList;
import java.util.List;

/** The sources that are measured. */
final class Commit {
  /** Set where there is no working copy, for instance by an unpacked bundle. */
  private static final String PROPERTY = "gramian.commit";

  private Commit() {}

  /** The commit, with a + where files were changed since; empty where nothing tells. */
  static String here() {
    String set = System.getProperty(PROPERTY);
    if (set != null) {
      return set;
    }
    String commit = git("rev-parse", "--short=10", "HEAD");
    return commit.isEmpty() || git("status", "--porcelain", "-uno").isEmpty()
        ? commit
        : commit + "+";
  }

  private static String git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", Root.here().toString()));
    command.addAll(List.of(arguments));
    return CommandOutput.of(command).trim();
  }
}
