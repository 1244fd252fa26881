package io.gramian.cli.profile;

import java.util.List;

/**
 * What the launches of a kernel did.
 *
 * @param kernel its name
 * @param target of the PTX that ran: sm_80, sm_90a
 * @param shapes of its launches
 * @param readBytes of the different sectors that each launch read
 * @param writtenBytes of the different sectors that each launch wrote
 * @param counts of all its lines
 * @param resources what ptxas says of it; null where that is unknown
 */
public record KernelProfile(
    String kernel,
    String target,
    List<LaunchShape> shapes,
    long readBytes,
    long writtenBytes,
    Counts counts,
    KernelResources.Resources resources) {

  /** Number of launches. */
  public long launches() {
    return shapes.stream().mapToLong(LaunchShape::launches).sum();
  }

  /** Blocks of all launches. */
  public long blocks() {
    return shapes.stream().mapToLong(shape -> shape.launches() * shape.blocks()).sum();
  }

  /** The share of the slots for blocks that have one, in the waves that the launches take. */
  double slotsAtWork() {
    long slots =
        shapes.stream().mapToLong(shape -> shape.launches() * shape.slots(resources)).sum();
    return (double) blocks() / slots;
  }

  /** The fewest blocks of a launch that a multiprocessor runs at a time. */
  int residentBlocks() {
    return shapes.stream().mapToInt(shape -> shape.residentBlocks(resources)).min().orElse(0);
  }

  int multiprocessors() {
    return shapes.getFirst().multiprocessors();
  }
}
