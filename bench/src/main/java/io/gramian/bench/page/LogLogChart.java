package io.gramian.bench.page;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;

/**
 * Curves over two logarithmic axes.
 *
 * @param title above the chart
 * @param yUnit unit of the vertical axis
 * @param series curves, at least one of them with a point
 */
record LogLogChart(String title, String yUnit, List<Series> series) {
  private static final int WIDTH = 460;
  private static final int HEIGHT = 300;
  private static final int LEFT = 72;
  private static final int RIGHT = 16;
  private static final int TOP = 34;
  private static final int ROW = 16;

  String svg() {
    int legend = ROW * series.size();
    Svg svg = new Svg(WIDTH, HEIGHT + legend);
    int bottom = HEIGHT - 36;
    TreeSet<Double> xs = new TreeSet<>();
    double low = Double.MAX_VALUE;
    double high = 0;
    for (Series one : series) {
      for (Series.Point point : one.points()) {
        xs.add(point.x());
        low = Math.min(low, point.y());
        high = Math.max(high, point.y());
      }
    }
    double decadeLow = Math.floor(Math.log10(low));
    double decadeHigh = Math.max(decadeLow + 1, Math.ceil(Math.log10(high)));
    double logLeft = Math.log(xs.getFirst());
    double logWidth = Math.max(Math.log(xs.getLast()) - logLeft, 1e-9);
    int inner = WIDTH - LEFT - RIGHT - 20;
    DoubleUnaryOperator x =
        value ->
            xs.size() == 1
                ? LEFT + inner / 2.0
                : LEFT + 10 + inner * (Math.log(value) - logLeft) / logWidth;
    DoubleUnaryOperator y =
        value ->
            bottom - (bottom - TOP) * (Math.log10(value) - decadeLow) / (decadeHigh - decadeLow);
    svg.text(12, 20, 13, Colours.INK, "start", title);
    for (int decade = (int) decadeLow; decade <= decadeHigh; decade++) {
      double at = y.applyAsDouble(Math.pow(10, decade));
      svg.line(LEFT, at, WIDTH - RIGHT, at, Colours.GRID, 1);
      svg.text(LEFT - 6, at + 4, 11, Colours.FAINT, "end", power(decade) + " " + yUnit);
    }
    for (double value : xs) {
      double at = x.applyAsDouble(value);
      svg.line(at, bottom, at, bottom + 4, Colours.FAINT, 1);
      svg.text(at, bottom + 16, 11, Colours.FAINT, "middle", whole(value));
    }
    svg.text(WIDTH - RIGHT, bottom + 30, 11, Colours.FAINT, "end", "batch B");
    int peers = 0;
    for (int i = 0; i < series.size(); i++) {
      Series one = series.get(i);
      String colour = one.isOurs() ? Colours.OURS : Colours.peer(peers++);
      curve(svg, one, colour, x, y);
      double at = HEIGHT + ROW * i;
      svg.line(LEFT, at, LEFT + 20, at, colour, one.isOurs() ? 3 : 1.5);
      svg.text(LEFT + 28, at + 4, 11, Colours.INK, "start", one.name());
    }
    return svg.toString();
  }

  private void curve(
      Svg svg, Series one, String colour, DoubleUnaryOperator x, DoubleUnaryOperator y) {
    Series.Point last = null;
    for (Series.Point point : one.points()) {
      double px = x.applyAsDouble(point.x());
      double py = y.applyAsDouble(point.y());
      if (last != null) {
        svg.line(
            x.applyAsDouble(last.x()),
            y.applyAsDouble(last.y()),
            px,
            py,
            colour,
            one.isOurs() ? 3 : 1.5);
      }
      svg.circle(
          px,
          py,
          one.isOurs() ? 4 : 3,
          colour,
          String.format(
              Locale.ROOT, "%s, B = %.0f: %.4g %s", one.name(), point.x(), point.y(), yUnit));
      last = point;
    }
  }

  private static String power(int decade) {
    return decade >= 0 && decade <= 6
        ? String.format(Locale.ROOT, "%,d", (long) Math.pow(10, decade)).replace(',', '\u202f')
        : decade < 0 && decade >= -4
            ? String.format(Locale.ROOT, "%." + -decade + "f", Math.pow(10, decade))
            : "1e" + decade;
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,d", Math.round(value)).replace(',', '\u202f');
  }
}
