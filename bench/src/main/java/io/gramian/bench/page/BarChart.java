package io.gramian.bench.page;

import java.util.List;
import java.util.Locale;

/**
 * Fractions as horizontal bars.
 *
 * @param title above the chart
 * @param bars from the top
 */
record BarChart(String title, List<Bar> bars) {
  private static final int WIDTH = 800;
  private static final int LEFT = 300;
  private static final int RIGHT = 150;
  private static final int TOP = 36;
  private static final int ROW = 20;

  /**
   * A bar.
   *
   * @param label on its left
   * @param fraction its length; 1 is the whole width
   * @param of what 1 stands for
   * @param isMemory bars of memory and of arithmetic have different colours
   */
  record Bar(String label, double fraction, String of, boolean isMemory) {}

  String svg() {
    int bottom = TOP + ROW * bars.size();
    Svg svg = new Svg(WIDTH, bottom + 26);
    svg.text(12, 20, 13, Colours.INK, "start", title);
    double widest = Math.max(1, bars.stream().mapToDouble(Bar::fraction).max().orElse(1));
    double scale = (WIDTH - LEFT - RIGHT) / widest;
    for (int percent = 0; percent <= 100 * widest; percent += 25) {
      double x = LEFT + scale * percent / 100;
      svg.line(x, TOP, x, bottom, percent == 100 ? Colours.FAINT : Colours.GRID, 1);
      svg.text(x, bottom + 16, 11, Colours.FAINT, "middle", percent + " %");
    }
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double y = TOP + ROW * i;
      String figure = String.format(Locale.ROOT, "%.0f %% of %s", 100 * bar.fraction(), bar.of());
      svg.text(LEFT - 8, y + 14, 11, Colours.INK, "end", bar.label());
      svg.rectangle(
          LEFT,
          y + 3,
          Math.max(1, scale * bar.fraction()),
          ROW - 6,
          bar.isMemory() ? Colours.peer(1) : Colours.OURS,
          bar.label() + ": " + figure);
      svg.text(LEFT + scale * bar.fraction() + 6, y + 14, 11, Colours.FAINT, "start", figure);
    }
    return svg.toString();
  }
}
