package io.gramian;

/**
 * Measures how long the work between two marks in a stream takes, by the clock of the device: what
 * enqueuing costs the host does not count where the device is busy before the first mark. On hosts
 * it is the time between the two calls. For one thread at a time; made by {@link Device#newTimer}.
 */
public interface Timer extends AutoCloseable {
  /**
   * Marks the beginning, after all work enqueued on the stream so far.
   *
   * @param stream of the device
   */
  void start(Stream stream);

  /**
   * Marks the end, after all work enqueued on the stream so far.
   *
   * @param stream of the device
   */
  void stop(Stream stream);

  /**
   * Waits for the end and reports errors of the work before it.
   *
   * @return seconds from the beginning to the end
   * @throws GramianException if one of them was not marked
   */
  double seconds();

  @Override
  void close();
}
