package io.gramian.bench.page;

import java.util.List;

/** Colours that tell curves apart, also for people who see few colours (Okabe and Ito). */
final class Colours {
  static final String INK = "#222";
  static final String FAINT = "#777";
  static final String GRID = "#e4e4e4";
  static final String OURS = "#0072b2";
  private static final List<String> PEERS =
      List.of("#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

  private Colours() {}

  /** The colour of the peer with a number. */
  static String peer(int number) {
    return PEERS.get(number % PEERS.size());
  }
}
