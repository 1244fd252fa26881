package io.gramian.bench.page;

import java.util.List;

/**
 * One curve of a chart.
 *
 * @param name for the legend
 * @param isOurs drawn stronger
 * @param points in the order of x
 */
record Series(String name, boolean isOurs, List<Point> points) {
  /**
   * A point.
   *
   * @param x above 0
   * @param y above 0
   */
  record Point(double x, double y) {}

  Series {
    points = List.copyOf(points);
  }
}
