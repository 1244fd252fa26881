package io.gramian.bench.ranks;

import io.gramian.Collective;
import io.gramian.Place;
import io.gramian.Stream;
import io.gramian.Tensor;

/** Counts the bytes that a rank brings to exchanges. */
final class CountingCollective implements Collective {
  private final Collective group;
  private long bytes;

  CountingCollective(Collective group) {
    this.group = group;
  }

  void clear() {
    bytes = 0;
  }

  long bytes() {
    return bytes;
  }

  @Override
  public int rank() {
    return group.rank();
  }

  @Override
  public int size() {
    return group.size();
  }

  @Override
  public Place place() {
    return group.place();
  }

  @Override
  public void allGather(Stream stream, Tensor shard, Tensor all, long[] counts) {
    bytes += shard.spec().spanBytes();
    group.allGather(stream, shard, all, counts);
  }

  @Override
  public void allReduce(Stream stream, Tensor values, Reduction reduction) {
    bytes += values.spec().spanBytes();
    group.allReduce(stream, values, reduction);
  }

  @Override
  public void reduceScatter(Stream stream, Tensor values, Tensor shard, long[] counts) {
    bytes += values.spec().spanBytes();
    group.reduceScatter(stream, values, shard, counts);
  }

  @Override
  public void abort(String reason) {
    group.abort(reason);
  }

  @Override
  public void close() {
    group.close();
  }
}
