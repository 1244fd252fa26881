package io.gramian.reference.math;

import io.gramian.Bindings;
import io.gramian.op.PointCloudEmbed;

/**
 * Weighted point clouds with unit points, [clouds,size,d].
 *
 * @param clouds how many clouds
 * @param size points of each cloud
 * @param d their dimension
 * @param points unit points
 * @param weights of the points, [clouds,size]
 */
public record PointClouds(int clouds, int size, int d, Rows points, double[] weights) {

  /** Reads the inputs {@code <prefix>points} and {@code <prefix>weights}. */
  public static PointClouds read(Bindings in, String prefix) {
    long[] shape = in.get(prefix + "points").spec().shape();
    int clouds = Math.toIntExact(shape[0]);
    int size = Math.toIntExact(shape[1]);
    int d = Math.toIntExact(shape[2]);
    double[] values = in.get(prefix + "points").toDoubles();
    Rows points = Rows.unit(values, clouds * size, d, PointCloudEmbed.MIN_NORM);
    return new PointClouds(clouds, size, d, points, in.get(prefix + "weights").toDoubles());
  }
}
